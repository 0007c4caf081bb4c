using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Json;

/// <summary>Where in a JSON document a reader is, and the first thing that it found wrong there.</summary>
internal sealed class JsonTrail
{
    private const int LongestPath = 400;
    private readonly List<string> _steps = [];

    /// <summary>Gets the place and the mistake, or <see langword="null"/>.</summary>
    public string? Reason { get; private set; }

    /// <summary>Reads something below the present place.</summary>
    public T? At<T>(string step, Func<T?> read)
    {
        _steps.Add(step);
        T? found = read();
        _steps.RemoveAt(_steps.Count - 1);
        return found;
    }

    /// <summary>Keeps the first mistake; always <see langword="false"/>.</summary>
    public bool Fail(string what)
    {
        Reason ??= $"{Path()}: {what}";
        return false;
    }

    private string Path()
    {
        string path = string.Join('.', _steps.Select(Quoting.Shorten));
        return path.Length <= LongestPath ? path : $"...{path[^LongestPath..]}";
    }
}
