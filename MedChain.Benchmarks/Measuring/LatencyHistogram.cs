using System.Numerics;

namespace MedChain.Benchmarks.Measuring;

/// <summary>Counts durations without storing them, each to 1.6 %: 64 steps in every power of two of microseconds. One writer at a
/// time.</summary>
internal sealed class LatencyHistogram
{
    private const int StepBits = 6;
    private const int Steps = 1 << StepBits;
    private readonly long[] _counts = new long[(64 - StepBits) * Steps];

    public long Count { get; private set; }

    public void Add(TimeSpan duration)
    {
        long microseconds = Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond);
        _counts[BucketOf(microseconds)]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        Count += other.Count;
    }

    /// <summary>The duration in milliseconds that a share of all durations does not exceed; 0 without any.</summary>
    public double PercentileMilliseconds(double share)
    {
        long wanted = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted && seen > 0)
            {
                return UpperEndOf(i) / 1000.0;
            }
        }

        return 0;
    }

    /// <summary>Values below <see cref="Steps"/> have buckets of their own; above, a bucket is a power of two and the bits after its
    /// first.</summary>
    private static int BucketOf(long value)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)value) - StepBits);
        return (shift * Steps) + (int)(value >> shift);
    }

    private static long UpperEndOf(int bucket)
    {
        int shift = bucket < 2 * Steps ? 0 : (bucket / Steps) - 1;
        return ((bucket - (shift * Steps) + 1L) << shift) - 1;
    }
}
