namespace MedChain.Core.Storage.Files;

/// <summary>Checks one group in the bytes of a segment.</summary>
internal sealed class LogGroupCheck
{
    private readonly byte[] _bytes;

    /// <summary>Checks a group.</summary>
    /// <param name="bytes">The segment.</param>
    /// <param name="start">Where the group starts.</param>
    /// <param name="header">Its header, or <see langword="null"/> when that is bad or the file ends inside the group.</param>
    public LogGroupCheck(byte[] bytes, int start, LogGroupHeader? header)
    {
        _bytes = bytes;
        if (header is not { } group)
        {
            HasBadFrame = true;
            IsTorn = IsCutOff(start) || LacksSector(start, Math.Min(bytes.Length, start + LogFormat.GroupHeaderSize));
            return;
        }

        IsTorn = true;
        int end = start + LogFormat.GroupHeaderSize + group.BodyLength;
        ReadRecords(start + LogFormat.GroupHeaderSize, end, group.Records);
        if (!bytes.AsSpan(end, LogFormat.GroupEndSize).SequenceEqual(LogFormat.GroupEnd))
        {
            HasBadFrame = true;
            NoteBad(end, end + LogFormat.GroupEndSize);
        }

        IsTorn &= !IsGood;
    }

    /// <summary>Gets whether a header or the end mark is bad, so that nobody knows which streams are concerned.</summary>
    public bool HasBadFrame { get; private set; }

    public bool IsGood => !HasBadFrame && Records.TrueForAll(record => record.IsGood);

    /// <summary>Gets whether the group looks like a write that power loss interrupted.</summary>
    public bool IsTorn { get; private set; }

    public List<(int Start, LogRecordHeader Header, bool IsGood)> Records { get; } = [];

    private void ReadRecords(int position, int end, int count)
    {
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> rest = _bytes.AsSpan(position, end - position);
            if (!LogFormat.TryReadRecordHeader(rest, out LogRecordHeader record) || record.Index != index)
            {
                HasBadFrame = true;
                NoteBad(position, Math.Min(end, position + LogFormat.RecordHeaderSize));
                return;
            }

            bool isGood = Crc32C.Of(_bytes.AsSpan(position + LogFormat.RecordHeaderSize, record.Size - LogFormat.RecordHeaderSize))
                == record.PayloadChecksum;
            Records.Add((position, record, isGood));
            if (!isGood)
            {
                NoteBad(position, position + record.Size);
            }

            position += record.Size;
        }

        HasBadFrame |= position != end;
    }

    private void NoteBad(int start, int end) => IsTorn &= LacksSector(start, end);

    private bool IsCutOff(int start)
    {
        ReadOnlySpan<byte> rest = _bytes.AsSpan(start);
        return rest.Length < LogFormat.GroupHeaderSize
            || (LogFormat.TryReadGroupHeader(rest, out LogGroupHeader group) && group.Size > rest.Length);
    }

    private bool LacksSector(int start, int end)
    {
        while (start < end)
        {
            int next = Math.Min(end, (start / LogFormat.SectorSize + 1) * LogFormat.SectorSize);
            if (!_bytes.AsSpan(start, next - start).ContainsAnyExcept((byte)0))
            {
                return true;
            }

            start = next;
        }

        return false;
    }
}
