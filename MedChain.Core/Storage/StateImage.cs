using MedChain.Core.Primitives;

namespace MedChain.Core.Storage;

/// <summary>The whole state at one height.</summary>
/// <param name="Height">Height of the last block applied; 0 for the empty state.</param>
/// <param name="Root">Root of the state at that height.</param>
/// <param name="Entries">Every live key with its value, in any order.</param>
public sealed record StateImage(
    BlockHeight Height,
    Digest Root,
    IReadOnlyList<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> Entries);
