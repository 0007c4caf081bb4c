namespace MedChain.Core.Tests.Simulation;

/// <summary>A run broke what must always hold.</summary>
internal sealed class SafetyViolationException(string message) : Exception(message);
