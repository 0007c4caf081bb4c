using MedChain.Core.Primitives;

namespace MedChain.Core.Storage.Files;

/// <summary>What a file log knows of one stream. Guarded by the log's lock, except where said.</summary>
internal sealed class LogStream(int number, string name)
{
    public int Number { get; } = number;

    public string Name { get; } = name;

    public bool IsOpen { get; set; }

    /// <summary>Gets or sets where and how the stream is damaged.</summary>
    public string? Damage { get; set; }

    /// <summary>Gets or sets whether a segment that is kept names the stream. Owned by the writer.</summary>
    public bool IsDeclared { get; set; }

    public SlotNumber Trimmed { get; set; }

    /// <summary>Gets the newest pinned record of each kind, in the order of their appends. Owned by the writer.</summary>
    public List<LogRecord> Pinned { get; } = [];

    /// <summary>Gets what was read when the log was opened; handed over and forgotten when the stream is opened.</summary>
    public List<LogRecord> Recovered { get; private set; } = [];

    /// <summary>Keeps a copy of a pinned record in place of the older one of its kind. Called by the writer.</summary>
    public void Pin(LogRecord record)
    {
        Pinned.RemoveAll(older => older.Kind == record.Kind);
        Pinned.Add(record with { Payload = record.Payload.ToArray() });
    }

    /// <summary>Gives away the recovered records: in order, of the pinned ones the newest of each kind.</summary>
    public IReadOnlyList<LogRecord> TakeRecovered()
    {
        List<LogRecord> all = Recovered;
        Recovered = [];
        var seen = new HashSet<byte>();
        var kept = new List<LogRecord>(all.Count);
        for (int i = all.Count - 1; i >= 0; i--)
        {
            if (all[i].Slot != LogRecord.Pinned || seen.Add(all[i].Kind))
            {
                kept.Add(all[i]);
            }
        }

        kept.Reverse();
        return kept;
    }
}
