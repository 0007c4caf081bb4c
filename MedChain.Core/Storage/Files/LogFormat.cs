using System.Buffers.Binary;

namespace MedChain.Core.Storage.Files;

/// <summary>Bytes of a consensus log, all integers little endian. docs/storage.md shows the layout.</summary>
/// <remarks>A segment is a header and groups; a group is what one flush made durable: a header, records and an end mark. Groups and records
/// start at multiples of 8 and never are all zero, so that a sector that was never written can be told from a damaged one.</remarks>
internal static class LogFormat
{
    public const int Version = 1;
    public const int SegmentHeaderSize = 32;
    public const int GroupHeaderSize = 32;
    public const int RecordHeaderSize = 32;
    public const int GroupEndSize = 8;

    /// <summary>The unit in which disks write all or nothing.</summary>
    public const int SectorSize = 512;

    public static ReadOnlySpan<byte> SegmentMagic => "MEDCHLOG"u8;

    public static ReadOnlySpan<byte> GroupMagic => "GRP1"u8;

    public static ReadOnlySpan<byte> GroupEnd => "GROUPEND"u8;

    public static int Align(int length) => (length + 7) & ~7;

    public static byte[] SegmentHeader(long number)
    {
        byte[] header = new byte[SegmentHeaderSize];
        SegmentMagic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), number);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(28), Crc32C.Of(header.AsSpan(0, 28)));
        return header;
    }

    public static void WriteGroupHeader(Span<byte> header, LogGroupHeader group)
    {
        GroupMagic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], group.BodyLength);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], group.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], group.Segment);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], group.Records);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], Crc32C.Of(header[..28]));
    }

    /// <summary>Reads a group header; <see langword="false"/> when the bytes are none.</summary>
    public static bool TryReadGroupHeader(ReadOnlySpan<byte> bytes, out LogGroupHeader group)
    {
        group = default;
        if (bytes.Length < GroupHeaderSize || !bytes.StartsWith(GroupMagic) || !HasChecksum(bytes[..GroupHeaderSize]))
        {
            return false;
        }

        group = new LogGroupHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]));
        return group.BodyLength >= 0 && group.BodyLength % 8 == 0;
    }

    public static void WriteRecordHeader(Span<byte> header, LogRecordHeader record)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header, record.PayloadLength);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], record.Stream);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], record.Slot);
        header[16] = record.Kind;
        header[17] = (byte)record.Type;
        header[18..20].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], record.PayloadChecksum);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], record.Index);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], Crc32C.Of(header[..28]));
    }

    /// <summary>Reads a record header; <see langword="false"/> when the bytes are none.</summary>
    public static bool TryReadRecordHeader(ReadOnlySpan<byte> bytes, out LogRecordHeader record)
    {
        record = default;
        if (bytes.Length < RecordHeaderSize || !HasChecksum(bytes[..RecordHeaderSize]))
        {
            return false;
        }

        record = new LogRecordHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            bytes[16],
            (LogRecordType)bytes[17],
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]));
        return record.PayloadLength >= 0 && Align(record.PayloadLength) <= bytes.Length - RecordHeaderSize;
    }

    private static bool HasChecksum(ReadOnlySpan<byte> header) =>
        Crc32C.Of(header[..28]) == BinaryPrimitives.ReadUInt32LittleEndian(header[28..]);
}
