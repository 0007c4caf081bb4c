using System.Globalization;

namespace MedChain.Benchmarks.CommandLine;

/// <summary>The options of one measurement: "--name value" and "--flag", each at most once. Read all, then call
/// <see cref="RequireNoOthers"/>.</summary>
internal sealed class Arguments(IEnumerable<string> arguments)
{
    private readonly List<string> _left = [.. arguments];

    public bool Flag(string name) => _left.Remove(name);

    public string? Text(string name)
    {
        int at = _left.IndexOf(name);
        if (at < 0)
        {
            return null;
        }

        if (at + 1 == _left.Count || _left[at + 1].StartsWith("--", StringComparison.Ordinal))
        {
            throw new UsageException($"{name} needs a value.");
        }

        string value = _left[at + 1];
        _left.RemoveRange(at, 2);
        return value;
    }

    public int Number(string name, int fallback, int min, int max)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw new UsageException($"{name} is '{text}'; it must be a whole number from {min} to {max}.");
    }

    /// <summary>Reads one number, or several with commas between them.</summary>
    public int[] Numbers(string name, int[] fallback, int min, int max)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        return [.. text.Split(',').Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
                ? value
                : throw new UsageException($"{name} has '{part}'; it must be whole numbers from {min} to {max} with commas between."))];
    }

    /// <summary>Reads one choice, or several with commas between them.</summary>
    public T[] Choices<T>(string name, T[] fallback)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        T[] all = Enum.GetValues<T>();
        return [.. text.Split(',').Select(part => all.Any(v => NameOf(v) == part)
            ? all.First(v => NameOf(v) == part)
            : throw new UsageException($"{name} has '{part}'; it must be of {string.Join(", ", all.Select(NameOf))}."))];
    }

    public void RequireNoOthers()
    {
        if (_left.Count > 0)
        {
            throw new UsageException($"'{_left[0]}' is not understood here, or is given twice.");
        }
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
