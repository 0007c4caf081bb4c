using System.Buffers.Binary;
using MedChain.Core.Storage.Files;

namespace MedChain.Core.Storage.LiteDb;

/// <summary>A small file next to a database that says whether a checkpoint is in progress. Replaced as a whole, so it is never
/// torn.</summary>
internal sealed class LiteDbMark
{
    private const int Size = 24;
    private const int Version = 1;
    private readonly IDisk _disk;
    private readonly string _path;

    public LiteDbMark(IDisk disk, string path)
    {
        (_disk, _path) = (disk, path);
        if (disk.TryReadAll(path) is { } bytes)
        {
            LogLength = Parse(bytes);
            Exists = true;
        }
    }

    public bool Exists { get; private set; }

    /// <summary>Gets the length of the log from which the checkpoint in progress is made; <see langword="null"/> when idle.</summary>
    public long? LogLength { get; private set; }

    private static ReadOnlySpan<byte> Magic => "MEDCMARK"u8;

    public void Write(long? logLength)
    {
        byte[] bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(12), logLength ?? -1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), Crc32C.Of(bytes.AsSpan(0, 20)));
        _disk.Replace(_path, bytes);
        (LogLength, Exists) = (logLength, true);
    }

    private long? Parse(byte[] bytes)
    {
        if (bytes.Length != Size
            || !bytes.AsSpan().StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(20)) != Crc32C.Of(bytes.AsSpan(0, 20)))
        {
            throw new StorageException(
                StorageFault.Corrupt,
                $"'{_path}' is damaged, so its database cannot be opened safely. Restore both from a backup, or move them away.");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        if (version != Version)
        {
            throw new StorageException(
                StorageFault.Foreign,
                $"'{_path}' has the format version {version}; this library knows {Version}. Use the version that wrote it.");
        }

        long length = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(12));
        return length < 0 ? null : length;
    }
}
