using MedChain.Core.Primitives;

namespace MedChain.Core.Custody;

/// <summary>One validator's share of one record's key, sealed to the recipient of a committed permit.</summary>
/// <param name="Record">The record.</param>
/// <param name="Validator">The validator's index.</param>
/// <param name="Sealed">The sealed share.</param>
internal sealed record ReleasedShare(Digest Record, int Validator, ReadOnlyMemory<byte> Sealed);
