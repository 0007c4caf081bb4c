using System.Globalization;
using MedChain.Core.Primitives;

namespace MedChain.Core.Storage.Files;

/// <summary>One file of a log and the highest slot it holds of each stream. Owned by the writer.</summary>
internal sealed class LogSegment(string path, long number)
{
    private const string Prefix = "votes-";
    private const string Suffix = ".log";
    private readonly Dictionary<LogStream, SlotNumber> _highest = [];

    public string Path { get; } = path;

    public long Number { get; } = number;

    /// <summary>Gets or sets whether a record in it is damaged: then it stays, as the only trace of what is lost.</summary>
    public bool IsDamaged { get; set; }

    public static string PathOf(string folder, long number) =>
        System.IO.Path.Combine(folder, Prefix + number.ToString("d16", CultureInfo.InvariantCulture) + Suffix);

    public static bool TryParseName(string path, out long number)
    {
        string name = System.IO.Path.GetFileName(path);
        number = 0;
        return name.StartsWith(Prefix, StringComparison.Ordinal)
            && name.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan()[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    public void Note(LogStream stream, SlotNumber slot)
    {
        if (slot != LogRecord.Pinned && (!_highest.TryGetValue(stream, out SlotNumber highest) || slot > highest))
        {
            _highest[stream] = slot;
        }
    }

    /// <summary>Says whether every stream is past what the segment holds. Pinned records don't count: the next segment carries
    /// them.</summary>
    public bool IsTrimmed() => !IsDamaged && _highest.All(entry => entry.Value <= entry.Key.Trimmed);
}
