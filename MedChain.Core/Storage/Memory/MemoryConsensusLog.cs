using MedChain.Core.Primitives;

namespace MedChain.Core.Storage.Memory;

/// <summary>Votes in memory, for tests, simulations and networks that keep nothing. Thread safe. An append is done at once.</summary>
/// <remarks>Disposing closes the streams and keeps their records, so that the same object can be opened again, as after a
/// restart.</remarks>
public sealed class MemoryConsensusLog : IConsensusLog
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<LogRecord>> _streams = [];
    private readonly HashSet<string> _open = [];

    /// <inheritdoc/>
    public LogContents Open(string stream)
    {
        LogRules.RequireStreamName(stream);
        lock (_gate)
        {
            if (!_open.Add(stream))
            {
                throw new InvalidOperationException($"The stream '{stream}' is open already.");
            }

            if (!_streams.TryGetValue(stream, out List<LogRecord>? records))
            {
                _streams.Add(stream, records = []);
            }

            return new LogContents([.. records], Damage: null);
        }
    }

    /// <inheritdoc/>
    public ValueTask AppendAsync(string stream, IReadOnlyList<LogRecord> records)
    {
        LogRules.RequireRecords(records);
        lock (_gate)
        {
            List<LogRecord> stored = OpenStream(stream);
            foreach (LogRecord record in records)
            {
                if (record.Slot == LogRecord.Pinned)
                {
                    stored.RemoveAll(older => older.Slot == LogRecord.Pinned && older.Kind == record.Kind);
                }

                stored.Add(record with { Payload = record.Payload.ToArray() });
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Trim(string stream, SlotNumber slot)
    {
        lock (_gate)
        {
            OpenStream(stream).RemoveAll(record => record.Slot <= slot && record.Slot != LogRecord.Pinned);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _open.Clear();
        }

        return ValueTask.CompletedTask;
    }

    private List<LogRecord> OpenStream(string stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return _open.Contains(stream)
            ? _streams[stream]
            : throw new InvalidOperationException($"The stream '{stream}' is not open: call Open first.");
    }
}
