namespace MedChain.Core.Consensus;

/// <summary>Two signed messages of one validator that exclude each other.</summary>
/// <param name="Validator">The index of the validator that signed both.</param>
/// <param name="What">What it did, for people.</param>
/// <param name="First">The message seen first, as it goes over the wire.</param>
/// <param name="Second">The message that contradicts it.</param>
public sealed record Evidence(int Validator, string What, ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> Second);
