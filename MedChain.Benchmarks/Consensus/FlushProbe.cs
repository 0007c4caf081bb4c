using System.Diagnostics;
using MedChain.Benchmarks.Measuring;

namespace MedChain.Benchmarks.Consensus;

/// <summary>How long the disk takes to make a small write durable: without it, a figure of durable commits says nothing.</summary>
internal static class FlushProbe
{
    private const int Writes = 200;
    private const int WriteSize = 4096;

    /// <summary>Writes 4 KiB and flushes, 200 times one after another, to a file that is extended, as a log is.</summary>
    public static LatencyHistogram Measure(string folder)
    {
        string path = Path.Combine(folder, "flush-probe");
        var durations = new LatencyHistogram();
        byte[] content = new byte[WriteSize];
        using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            for (int i = 0; i < Writes; i++)
            {
                long started = Stopwatch.GetTimestamp();
                file.Write(content);
                file.Flush(flushToDisk: true);
                durations.Add(Stopwatch.GetElapsedTime(started));
            }
        }

        File.Delete(path);
        return durations;
    }
}
