namespace MedChain.Benchmarks.Consensus;

/// <summary>What one stop of a leader cost.</summary>
/// <param name="UntilView">From the stop until the first of the others was active in a new view.</param>
/// <param name="UntilSealed">From then until a quorum had sealed all of the backlog.</param>
/// <param name="Backlog">How many transactions it was.</param>
internal sealed record LeaderStopFigures(TimeSpan UntilView, TimeSpan UntilSealed, long Backlog);
