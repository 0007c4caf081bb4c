namespace MedChain.Core.Tests.Simulation.Epochs;

/// <summary>A run broke what must always hold.</summary>
internal sealed class EpochViolationException(string message) : Exception(message);
