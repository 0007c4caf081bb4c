namespace MedChain.Core.Consensus.Engine;

/// <summary>How fast accepted transactions are delivered, measured over the last second or two. Not thread safe.</summary>
internal sealed class DrainRate(TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private long _since = time.GetTimestamp();
    private long _count;
    private double _lastPerSecond;

    public void Record(int delivered)
    {
        Turn();
        _count += delivered;
    }

    /// <summary>How long the delivery of so many takes; <see langword="null"/> when nothing was delivered lately.</summary>
    public TimeSpan? TimeFor(long transactions)
    {
        Turn();
        double seconds = Math.Max(time.GetElapsedTime(_since).TotalSeconds, 0.001);
        double rate = Math.Max(_lastPerSecond, _count / seconds);
        return rate > 0 ? TimeSpan.FromSeconds(Math.Min(transactions / rate, 3600)) : null;
    }

    private void Turn()
    {
        TimeSpan elapsed = time.GetElapsedTime(_since);
        if (elapsed >= Period)
        {
            _lastPerSecond = _count / elapsed.TotalSeconds;
            _count = 0;
            _since = time.GetTimestamp();
        }
    }
}
