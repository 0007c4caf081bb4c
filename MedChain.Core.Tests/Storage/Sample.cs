using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Storage;

/// <summary>Data that follows from a number, so that a reader can tell what it must find.</summary>
internal static class Sample
{
    public static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static StoredBlock Block(long height, int bodyLength = 300)
    {
        int seed = (int)height;
        byte[] header = Bytes(seed, 100);
        byte[] body = Bytes(seed + 1_000_000, bodyLength);
        return new StoredBlock(new BlockHeight(height), Digest.Of(header), header, body, Bytes(seed + 2_000_000, 20));
    }

    public static LogRecord Record(long slot, int seed, int length = 200, byte kind = 1) =>
        new(new SlotNumber(slot), kind, Bytes(seed, length));

    public static bool Same(StoredBlock? left, StoredBlock? right) =>
        left is not null && right is not null && left.Height == right.Height && left.HeaderHash == right.HeaderHash
        && left.Header.Span.SequenceEqual(right.Header.Span)
        && left.Body.Span.SequenceEqual(right.Body.Span)
        && left.Receipts.Span.SequenceEqual(right.Receipts.Span);

    public static string Describe(LogRecord record) => $"{record.Slot} {record.Kind} {Digest.Of(record.Payload.Span)}";

    public static string[] Describe(IEnumerable<LogRecord> records) => [.. records.Select(Describe)];
}
