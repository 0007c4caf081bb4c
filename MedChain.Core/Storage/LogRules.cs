namespace MedChain.Core.Storage;

/// <summary>What every consensus log demands of its callers.</summary>
internal static class LogRules
{
    public const int MaxStreamName = 128;

    /// <summary>Largest sum of payloads of one append.</summary>
    public const long MaxAppend = 4L * LogRecord.MaxPayload;

    public static void RequireStreamName(string stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.Length is 0 or > MaxStreamName)
        {
            throw new ArgumentException($"A stream name has 1 to {MaxStreamName} characters, not {stream.Length}.", nameof(stream));
        }
    }

    public static void RequireRecords(IReadOnlyList<LogRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        long total = 0;
        for (int i = 0; i < records.Count; i++)
        {
            LogRecord record = records[i];
            if (record.Payload.Length > LogRecord.MaxPayload)
            {
                throw new ArgumentException(
                    $"Record {i} has {record.Payload.Length} bytes; the limit is {LogRecord.MaxPayload}.", nameof(records));
            }

            if (record.Slot.Value < 0)
            {
                throw new ArgumentException($"Record {i} has the negative slot {record.Slot}.", nameof(records));
            }

            total += record.Payload.Length;
        }

        if (total > MaxAppend)
        {
            throw new ArgumentException($"One append has {total} bytes; the limit is {MaxAppend}: append in parts.", nameof(records));
        }
    }
}
