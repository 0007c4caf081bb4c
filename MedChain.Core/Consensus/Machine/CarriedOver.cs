namespace MedChain.Core.Consensus.Machine;

/// <summary>What a validator takes along from one epoch into another.</summary>
/// <param name="Incarnation">The last incarnation of its lane.</param>
/// <param name="Damage">Why it must not vote, in the other epoch neither: it does not know what its key has signed.</param>
/// <param name="LastTicket">The ticket given out last.</param>
/// <param name="DurableTicket">The ticket up to which records are durable.</param>
/// <param name="First">The first block that the store keeps.</param>
internal sealed record CarriedOver(long Incarnation, string? Damage, long LastTicket, long DurableTicket, long First);
