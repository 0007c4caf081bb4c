using System.Diagnostics;

namespace MedChain.Benchmarks.Contracts;

/// <summary>Nanoseconds and bytes of one operation.</summary>
internal readonly record struct Figure(double Minimum, double Median, double NinetyNinth, double Bytes);

/// <summary>Times operations that are far shorter than the clock's step: in batches, of which the fastest, the median and
/// the 99th of a hundred count. Other work on the machine only makes a batch slower, so the fastest says most about the code.</summary>
internal static class Timer
{
    private const int Batches = 500;

    /// <param name="operation">Does it so many times.</param>
    /// <param name="perBatch">How many times in a batch.</param>
    public static Figure Measure(Action<int> operation, int perBatch)
    {
        var warmup = Stopwatch.StartNew();
        while (warmup.Elapsed < TimeSpan.FromMilliseconds(800))
        {
            operation(perBatch);
        }

        double[] nanoseconds = new double[Batches];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Batches; i++)
        {
            long start = Stopwatch.GetTimestamp();
            operation(perBatch);
            nanoseconds[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / perBatch;
        }

        double bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / ((double)Batches * perBatch);
        Array.Sort(nanoseconds);
        return new Figure(nanoseconds[0], nanoseconds[Batches / 2], nanoseconds[Batches * 99 / 100], bytes);
    }
}
