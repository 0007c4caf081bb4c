using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MedChain.Core.Storage.Files;

namespace MedChain.Core.Storage.LiteDb;

/// <summary>CRC-32C of every page of a data file, in a file next to it. LiteDB has none, and a damaged page can give wrong documents or
/// throw in one of LiteDB's finalizers, which ends the process; so it must never see one.</summary>
/// <remarks>Written in a checkpoint, between the data and the mark: a checkpoint that is made again writes the same sums again.</remarks>
internal sealed class LiteDbPageSums : IDisposable
{
    private const int Version = 1;
    private const int HeaderSize = 16;
    private const int SumsPerBlock = 1024;

    private readonly IDiskFile _file;
    private readonly HashSet<int> _dirtyBlocks = [];
    private readonly List<uint> _sums = [];

    public LiteDbPageSums(IDiskFile file) => _file = file;

    private static ReadOnlySpan<byte> Magic => "MEDCSUMS"u8;

    /// <summary>Starts an empty file.</summary>
    public void Create()
    {
        byte[] header = new byte[HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        _file.SetLength(0);
        _file.Write(0, header);
    }

    /// <summary>Reads all sums.</summary>
    /// <returns>Whether the file is one of this version and has enough of them.</returns>
    public bool TryLoad(long minimum)
    {
        byte[] bytes = new byte[_file.Length];
        if (_file.Read(0, bytes) != bytes.Length
            || !bytes.AsSpan().StartsWith(Magic)
            || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8)) != Version)
        {
            return false;
        }

        for (int i = HeaderSize; i <= bytes.Length - sizeof(uint); i += sizeof(uint))
        {
            _sums.Add(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(i)));
        }

        return _sums.Count >= minimum;
    }

    public void Set(long page, ReadOnlySpan<byte> content)
    {
        if (page >= _sums.Count)
        {
            CollectionsMarshal.SetCount(_sums, (int)page + 1);
        }

        _sums[(int)page] = Crc32C.Of(content);
        _dirtyBlocks.Add((int)page / SumsPerBlock);
    }

    public bool Matches(long page, ReadOnlySpan<byte> content) => page < _sums.Count && _sums[(int)page] == Crc32C.Of(content);

    /// <summary>Makes all sums durable.</summary>
    public void Save()
    {
        byte[] bytes = new byte[SumsPerBlock * sizeof(uint)];
        foreach (int block in _dirtyBlocks)
        {
            int first = block * SumsPerBlock;
            int count = Math.Min(SumsPerBlock, _sums.Count - first);
            for (int i = 0; i < count; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), _sums[first + i]);
            }

            _file.Write(HeaderSize + ((long)first * sizeof(uint)), bytes.AsSpan(0, count * sizeof(uint)));
        }

        _file.Flush();
        _dirtyBlocks.Clear();
    }

    public void Dispose() => _file.Dispose();
}
