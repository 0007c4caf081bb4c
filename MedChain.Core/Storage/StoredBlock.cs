using MedChain.Core.Primitives;

namespace MedChain.Core.Storage;

/// <summary>One block as a store sees it: opaque bytes under a height.</summary>
/// <param name="Height">From 1, without gaps.</param>
/// <param name="HeaderHash">Hash of the header, as consensus names the block.</param>
/// <param name="Header">Canonical header.</param>
/// <param name="Body">Cut, commit certificate and the batches the cut added, all canonical.</param>
/// <param name="Receipts">Canonical receipts.</param>
public sealed record StoredBlock(
    BlockHeight Height,
    Digest HeaderHash,
    ReadOnlyMemory<byte> Header,
    ReadOnlyMemory<byte> Body,
    ReadOnlyMemory<byte> Receipts);
