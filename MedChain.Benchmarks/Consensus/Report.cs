namespace MedChain.Benchmarks.Consensus;

/// <summary>Writes lines to the console and, when a file is given, to that too, at once: an interrupted run leaves what it
/// measured.</summary>
internal sealed class Report(string? path) : IDisposable
{
    private readonly StreamWriter? _file = path is null ? null : new StreamWriter(path, append: false) { AutoFlush = true };

    public void WriteLine(string text)
    {
        Console.WriteLine(text);
        _file?.WriteLine(text);
    }

    public void Dispose() => _file?.Dispose();
}
