namespace MedChain.Core.Storage.Files;

/// <summary>What stands before the payload of a record.</summary>
/// <param name="PayloadLength">Bytes of the payload without the zeros that fill it up to a multiple of 8.</param>
/// <param name="Stream">The log's own number of the stream.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Kind">The caller's kind.</param>
/// <param name="Type">What the record is to the log.</param>
/// <param name="PayloadChecksum">CRC-32C of the payload with its filling.</param>
/// <param name="Index">Place in the group, from 0.</param>
internal readonly record struct LogRecordHeader(
    int PayloadLength, int Stream, long Slot, byte Kind, LogRecordType Type, uint PayloadChecksum, int Index)
{
    public int Size => LogFormat.RecordHeaderSize + LogFormat.Align(PayloadLength);
}
