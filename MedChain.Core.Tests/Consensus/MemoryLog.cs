using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Consensus;

/// <summary>A consensus log in memory that survives restarts of its users and can be told to fail.</summary>
internal sealed class MemoryLog : IConsensusLog
{
    private readonly Dictionary<string, List<LogRecord>> _streams = [];

    public bool Fails { get; set; }

    public string? Damage { get; set; }

    /// <summary>Gets or sets what appends wait for, as on a disk that hangs; <see langword="null"/> for nothing.</summary>
    public Task? Hangs { get; set; }

    public LogContents Open(string stream)
    {
        lock (_streams)
        {
            return new LogContents(_streams.TryGetValue(stream, out List<LogRecord>? records) ? [.. records] : [], Damage);
        }
    }

    public ValueTask AppendAsync(string stream, IReadOnlyList<LogRecord> records)
    {
        if (Fails)
        {
            throw new StorageException(StorageFault.Unavailable, "The disk of this test is broken.");
        }

        lock (_streams)
        {
            if (!_streams.TryGetValue(stream, out List<LogRecord>? list))
            {
                _streams.Add(stream, list = []);
            }

            foreach (LogRecord record in records)
            {
                if (record.Slot == LogRecord.Pinned)
                {
                    list.RemoveAll(r => r.Slot == LogRecord.Pinned && r.Kind == record.Kind);
                }

                list.Add(record);
            }
        }

        return Hangs is { } hangs ? new ValueTask(hangs) : ValueTask.CompletedTask;
    }

    public void Trim(string stream, SlotNumber slot)
    {
        lock (_streams)
        {
            _streams[stream].RemoveAll(r => r.Slot != LogRecord.Pinned && r.Slot <= slot);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
