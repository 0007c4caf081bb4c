using System.Buffers.Binary;
using MedChain.Core.Primitives;

namespace MedChain.Core.Storage.LiteDb;

/// <summary>The last snapshot of a state in a database: chunks of entries in the order of their keys, and one row that says which
/// generation of chunks counts. A snapshot is whole or not there, because that row changes in one transaction after all chunks.</summary>
internal sealed class LiteDbSnapshots
{
    private const int HeadSize = 2 * sizeof(long) + Digest.Size + sizeof(int) + sizeof(long);
    private const int ChunkSize = 1024 * 1024;
    private const long ChunksPerGeneration = 1L << 24;

    private readonly LiteDbFile _file;
    private readonly LiteDbTable _heads;
    private readonly LiteDbTable _chunks;
    private long _generation;
    private int _count;

    public LiteDbSnapshots(LiteDbFile file)
    {
        _file = file;
        _heads = new LiteDbTable("snapshot", file);
        _chunks = new LiteDbTable("chunks", file);
        if (_heads.TryRead(0) is not { } head)
        {
            return;
        }

        ReadOnlySpan<byte> bytes = head.Span;
        _generation = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Height = new BlockHeight(BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
        Root = new Digest(bytes.Slice(16, Digest.Size));
        _count = BinaryPrimitives.ReadInt32LittleEndian(bytes[48..]);
        Size = BinaryPrimitives.ReadInt64LittleEndian(bytes[52..]);
    }

    /// <summary>Gets the height of the snapshot; 0 when there is none.</summary>
    public BlockHeight Height { get; private set; }

    public Digest Root { get; private set; }

    /// <summary>Gets the bytes of its entries.</summary>
    public long Size { get; private set; }

    public void ReadInto(StateEntries entries)
    {
        foreach (StateChange entry in ReadAll())
        {
            entries.Set(entry.Key, entry.Value);
        }
    }

    /// <summary>Merges the snapshot with the write sets after it into the next one.</summary>
    /// <param name="sets">In the order of their heights, at least one.</param>
    public void Replace(IReadOnlyList<WriteSet> sets)
    {
        var newest = new SortedDictionary<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>?>(ByteComparer.Instance);
        foreach (StateChange change in sets.SelectMany(writes => writes.Changes))
        {
            newest[change.Key] = change.Value;
        }

        Write(
            sets[^1].Height, sets[^1].Root, Merge([.. newest.Select(change => new StateChange(change.Key, change.Value))]));
    }

    /// <summary>Puts another state in the place of the snapshot, without reading it.</summary>
    public void Replace(StateImage image) => Write(
        image.Height,
        image.Root,
        image.Entries.OrderBy(entry => entry.Key, ByteComparer.Instance).Select(entry => new StateChange(entry.Key, entry.Value)));

    /// <summary>Deletes the chunks of earlier generations.</summary>
    public void DeleteOld() => _chunks.DeleteBelow(_generation * ChunksPerGeneration);

    private void Write(BlockHeight height, Digest root, IEnumerable<StateChange> entries)
    {
        long generation = _generation + 1;
        int count = 0;
        long size = 0;
        var chunk = new List<StateChange>();
        long chunkBytes = 0;
        foreach (StateChange entry in entries)
        {
            chunk.Add(entry);
            chunkBytes += entry.Key.Length + entry.Value!.Value.Length;
            if (chunkBytes >= ChunkSize)
            {
                size += chunkBytes;
                WriteChunk(generation, count++, chunk);
                chunk.Clear();
                chunkBytes = 0;
            }
        }

        if (chunk.Count > 0)
        {
            size += chunkBytes;
            WriteChunk(generation, count++, chunk);
        }

        WriteHead(generation, height, root, count, size);
    }

    private IEnumerable<StateChange> ReadAll()
    {
        for (int i = 0; i < _count; i++)
        {
            long number = (_generation * ChunksPerGeneration) + i;
            ReadOnlyMemory<byte> value = _chunks.TryRead(number) ?? throw _chunks.Damaged(number, "The chunk of a snapshot is missing.");
            foreach (StateChange entry in WriteSet.ReadAll(value).SelectMany(writes => writes.Changes))
            {
                yield return entry;
            }
        }
    }

    /// <summary>Both inputs are in the order of their keys, so one pass merges them without holding the old snapshot in memory.</summary>
    private IEnumerable<StateChange> Merge(StateChange[] newest)
    {
        int next = 0;
        foreach (StateChange old in ReadAll())
        {
            for (; next < newest.Length && ByteComparer.Instance.Compare(newest[next].Key, old.Key) < 0; next++)
            {
                if (newest[next].Value is not null)
                {
                    yield return newest[next];
                }
            }

            bool isChanged = next < newest.Length && ByteComparer.Instance.Equals(newest[next].Key, old.Key);
            if (!isChanged)
            {
                yield return old;
            }
        }

        for (; next < newest.Length; next++)
        {
            if (newest[next].Value is not null)
            {
                yield return newest[next];
            }
        }
    }

    private void WriteChunk(long generation, int index, List<StateChange> entries)
    {
        byte[] value = WriteSet.Pack([new WriteSet(default, default, entries)], LiteDbTable.ChecksumSize);
        _file.Write(engine => _chunks.Write(engine, (generation * ChunksPerGeneration) + index, value));
    }

    private void WriteHead(long generation, BlockHeight height, Digest root, int count, long size)
    {
        byte[] value = new byte[LiteDbTable.ChecksumSize + HeadSize];
        Span<byte> bytes = value.AsSpan(LiteDbTable.ChecksumSize);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, generation);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], height.Value);
        root.CopyTo(bytes[16..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[48..], count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[52..], size);
        _file.Write(engine => _heads.Write(engine, 0, value));
        (_generation, Height, Root, _count, Size) = (generation, height, root, count, size);
    }
}
