namespace MedChain.Core.Storage;

/// <summary>One write of a block to the state.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The new value, or <see langword="null"/> when the key is deleted.</param>
public readonly record struct StateChange(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte>? Value);
