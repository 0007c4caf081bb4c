namespace MedChain.Core.Tests.Simulation;

/// <summary>A run broke what must always hold.</summary>
internal sealed class InvariantBrokenException(Invariant invariant, string message, Exception? inner = null)
    : Exception($"{invariant}: {message}", inner)
{
    public Invariant Invariant => invariant;
}
