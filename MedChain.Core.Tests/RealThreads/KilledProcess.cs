using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace MedChain.Core.Tests.RealThreads;

/// <summary>One life of the child process, and what it said.</summary>
internal sealed class KilledProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly TaskCompletionSource _acknowledgedSome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public KilledProcess(string folder, long firstNumber, int changes)
        : this(folder, firstNumber.ToString(CultureInfo.InvariantCulture), changes.ToString(CultureInfo.InvariantCulture))
    {
    }

    /// <summary>Starts the process.</summary>
    /// <param name="arguments">Its arguments; see <see cref="ChildProgram.Main"/>.</param>
    public KilledProcess(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(ChildProgram).Assembly.Location);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => OnLine(line.Data);
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? string.Empty);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Gets the complete lines that came out, in order.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    public string Errors => string.Join('\n', _errors.Where(e => e.Length > 0));

    /// <summary>Gets a task that ends when the first transactions were acknowledged or the process has ended.</summary>
    public Task AcknowledgedSome => _acknowledgedSome.Task;

    /// <summary>Waits until the process has said enough or has ended.</summary>
    public async Task UntilAsync(Func<ConcurrentQueue<string>, bool> enough)
    {
        while (!enough(Lines) && !_process.HasExited)
        {
            await Task.Delay(5);
        }
    }

    /// <summary>Ends the process with SIGKILL; on Windows with what is closest to it.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Asks the process to stop in order.</summary>
    public void AskToStop() => _process.StandardInput.Close();

    /// <summary>Waits for the end and for all that was said before it.</summary>
    public async Task<int> WaitAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            throw new TimeoutException($"The process hangs. Its last lines: {string.Join(" | ", Lines.TakeLast(5))}");
        }
    }

    public void Dispose() => _process.Dispose();

    private void OnLine(string? line)
    {
        if (line is null || line.StartsWith("acknowledged", StringComparison.Ordinal))
        {
            _acknowledgedSome.TrySetResult();
        }

        if (line is not null)
        {
            Lines.Enqueue(line);
        }
    }
}
