using MedChain.Benchmarks.Measuring;

namespace MedChain.Benchmarks.EndToEnd;

/// <summary>What one run measured.</summary>
/// <param name="Records">Records sealed in the measured time.</param>
/// <param name="Use">What the process used in it.</param>
/// <param name="Latencies">Of those records.</param>
internal sealed record StoringFigures(long Records, ProcessUse Use, LatencyHistogram Latencies);
