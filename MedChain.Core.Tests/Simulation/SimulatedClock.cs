namespace MedChain.Core.Tests.Simulation;

/// <summary>A validator's two clocks as functions of virtual time: the monotonic one may run fast or slow, the wall clock may also be
/// wrong and jump.</summary>
internal sealed class SimulatedClock
{
    private const long Start = 1_000_000;
    private long _base;
    private long _atBase;
    private long _rate = 1_000;

    /// <summary>Gets or sets how far the wall clock is off, in milliseconds.</summary>
    public long Offset { get; set; }

    public long MonotonicAt(long now) => _atBase + ((now - _base) * _rate / 1_000);

    public long WallAt(long now) => Start + MonotonicAt(now) + Offset;

    /// <summary>The first virtual time at which the monotonic clock shows a value.</summary>
    public long TimeOf(long monotonic) => _base + Math.Max(0, ((monotonic - _atBase) * 1_000 + _rate - 1) / _rate);

    /// <summary>Lets the clock run at another rate from now on.</summary>
    /// <param name="now">Virtual time.</param>
    /// <param name="partsPerThousand">How much too fast, negative for too slow.</param>
    public void Drift(long now, long partsPerThousand)
    {
        _atBase = MonotonicAt(now);
        _base = now;
        _rate = 1_000 + partsPerThousand;
    }

    /// <summary>Sets the wall clock right, as a time service does.</summary>
    public void Synchronise(long now)
    {
        Drift(now, 0);
        Offset = now - _atBase;
    }
}
