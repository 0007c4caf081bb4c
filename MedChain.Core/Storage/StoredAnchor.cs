using MedChain.Core.Primitives;

namespace MedChain.Core.Storage;

/// <summary>Where the blocks of a store begin when the older ones are not kept: the last block that is missing.</summary>
/// <param name="Height">Its height, from 1.</param>
/// <param name="HeaderHash">Its header hash: what the first kept block follows.</param>
/// <param name="Content">What its users need of it, such as what proves it; opaque here.</param>
public sealed record StoredAnchor(BlockHeight Height, Digest HeaderHash, ReadOnlyMemory<byte> Content);
