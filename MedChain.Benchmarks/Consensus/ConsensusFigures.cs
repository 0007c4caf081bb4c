using MedChain.Benchmarks.Measuring;

namespace MedChain.Benchmarks.Consensus;

/// <summary>What one run measured.</summary>
internal sealed class ConsensusFigures
{
    /// <summary>Gets the transactions whose clients were told that they are sealed.</summary>
    public required long Committed { get; init; }

    /// <summary>Gets the transactions that validator 0 executed, which differ from <see cref="Committed"/> by those under way.</summary>
    public required long Executed { get; init; }

    public required long Blocks { get; init; }

    public required ProcessUse Use { get; init; }

    public required LatencyHistogram Latencies { get; init; }

    /// <summary>Gets the messages that queues dropped since the start; any means that the load was too much for them.</summary>
    public required long DroppedMessages { get; init; }

    /// <summary>Gets the highest view; above 0, the leader was changed during the run.</summary>
    public required long Views { get; init; }

    /// <summary>Gets the disk's flush times; <see langword="null"/> in memory.</summary>
    public required LatencyHistogram? Flushes { get; init; }

    public double PerSecond => Committed / Use.Elapsed.TotalSeconds;

    public double CpuMicroseconds => Use.Cpu.TotalMicroseconds / Committed;

    /// <summary>Gets the bytes for each transaction; not a number when the runtime's counter stood still, which it does now and
    /// then.</summary>
    public double AllocatedBytes => Use.AllocatedBytes > 0 ? (double)Use.AllocatedBytes / Committed : double.NaN;

    public double TransactionsPerBlock => Blocks == 0 ? 0 : (double)Executed / Blocks;

    /// <summary>Gets how many cores the process used on average.</summary>
    public double Cores => Use.Cpu / Use.Elapsed;

    public double GcPauseShare => Use.GcPause / Use.Elapsed;
}
