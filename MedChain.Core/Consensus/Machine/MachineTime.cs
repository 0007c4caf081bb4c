namespace MedChain.Core.Consensus.Machine;

/// <summary>Both times of one step.</summary>
/// <param name="Monotonic">Milliseconds that never go back; timers use it.</param>
/// <param name="WallClock">Milliseconds since the Unix epoch; proposals carry it.</param>
internal readonly record struct MachineTime(long Monotonic, long WallClock);
