namespace MedChain.Core.Custody;

/// <summary>One validator's shares for one permit, sealed together to the recipient: one key agreement serves them all.</summary>
/// <param name="Validator">The validator's index.</param>
/// <param name="Count">How many shares are in it, by the validator's word.</param>
/// <param name="Sealed">What <see cref="ShareBatch.Seal"/> made.</param>
internal sealed record ReleasedShares(int Validator, int Count, ReadOnlyMemory<byte> Sealed);
