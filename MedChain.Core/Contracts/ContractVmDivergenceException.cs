namespace MedChain.Core.Contracts;

/// <summary>Bytecode and reference evaluator disagree about a decision. One of them is wrong, so nothing may be decided on: a validator
/// that meets this stops.</summary>
/// <param name="message">Both decisions, and of which policy set.</param>
public sealed class ContractVmDivergenceException(string message) : Exception(message);
