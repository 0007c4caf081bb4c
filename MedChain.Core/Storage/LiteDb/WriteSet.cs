using System.Buffers.Binary;
using MedChain.Core.Primitives;

namespace MedChain.Core.Storage.LiteDb;

/// <summary>The writes of one block, as they are stored: height, root, count, then for each write the key and the value with their lengths;
/// -1 stands for a deletion.</summary>
internal sealed record WriteSet(BlockHeight Height, Digest Root, IReadOnlyList<StateChange> Changes)
{
    private const int HeaderSize = sizeof(long) + Digest.Size + sizeof(int);
    private const int Deleted = -1;

    /// <summary>Gets the stored size in bytes.</summary>
    public long Size { get; } = HeaderSize + Changes.Sum(change => 2L * sizeof(int) + change.Key.Length + (change.Value?.Length ?? 0));

    /// <summary>Packs some write sets behind free bytes.</summary>
    public static byte[] Pack(IReadOnlyList<WriteSet> sets, int free)
    {
        byte[] bytes = new byte[free + sets.Sum(writes => writes.Size)];
        Span<byte> rest = bytes.AsSpan(free);
        foreach (WriteSet writes in sets)
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, writes.Height.Value);
            writes.Root.CopyTo(rest[sizeof(long)..]);
            BinaryPrimitives.WriteInt32LittleEndian(rest[(sizeof(long) + Digest.Size)..], writes.Changes.Count);
            rest = rest[HeaderSize..];
            for (int i = 0; i < writes.Changes.Count; i++)
            {
                WriteChange(ref rest, writes.Changes[i]);
            }
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="Pack"/> made; the bytes were checked before.</summary>
    public static IEnumerable<WriteSet> ReadAll(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            long height = BinaryPrimitives.ReadInt64LittleEndian(bytes.Span);
            var root = new Digest(bytes.Span.Slice(sizeof(long), Digest.Size));
            var changes = new StateChange[BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[(sizeof(long) + Digest.Size)..])];
            bytes = bytes[HeaderSize..];
            for (int i = 0; i < changes.Length; i++)
            {
                changes[i] = ReadChange(ref bytes);
            }

            yield return new WriteSet(new BlockHeight(height), root, changes);
        }
    }

    private static void WriteChange(ref Span<byte> rest, StateChange change)
    {
        int valueLength = change.Value?.Length ?? 0;
        BinaryPrimitives.WriteInt32LittleEndian(rest, change.Key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(rest[sizeof(int)..], change.Value is null ? Deleted : valueLength);
        rest = rest[(2 * sizeof(int))..];
        change.Key.Span.CopyTo(rest);
        change.Value?.Span.CopyTo(rest[change.Key.Length..]);
        rest = rest[(change.Key.Length + valueLength)..];
    }

    private static StateChange ReadChange(ref ReadOnlyMemory<byte> rest)
    {
        int keyLength = BinaryPrimitives.ReadInt32LittleEndian(rest.Span);
        int valueLength = BinaryPrimitives.ReadInt32LittleEndian(rest.Span[sizeof(int)..]);
        rest = rest[(2 * sizeof(int))..];
        ReadOnlyMemory<byte> key = rest[..keyLength];
        ReadOnlyMemory<byte>? value = valueLength == Deleted ? (ReadOnlyMemory<byte>?)null : rest.Slice(keyLength, valueLength);
        rest = rest[(keyLength + Math.Max(0, valueLength))..];
        return new StateChange(key, value);
    }
}
