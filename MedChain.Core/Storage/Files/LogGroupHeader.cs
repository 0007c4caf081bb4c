namespace MedChain.Core.Storage.Files;

/// <summary>What stands before the records of a group.</summary>
/// <param name="BodyLength">Bytes of all records, a multiple of 8; the end mark is not counted.</param>
/// <param name="Sequence">One above that of the group before, also across segments.</param>
/// <param name="Segment">Number of the segment.</param>
/// <param name="Records">Number of records.</param>
internal readonly record struct LogGroupHeader(int BodyLength, long Sequence, long Segment, int Records)
{
    public long Size => LogFormat.GroupHeaderSize + (long)BodyLength + LogFormat.GroupEndSize;
}
