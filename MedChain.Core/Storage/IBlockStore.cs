using MedChain.Core.Primitives;

namespace MedChain.Core.Storage;

/// <summary>Blocks and their certificates of one validator, by height. Thread safe. Every read checks the stored bytes against the checksum
/// taken when they were written.</summary>
/// <remarks>The consensus log is the journal: a block may be lost in a crash as long as <see cref="DurableHead"/> never counted
/// it.</remarks>
public interface IBlockStore : IAsyncDisposable
{
    /// <summary>Gets the height of the last block accepted; 0 when there is none. Reads see it at once.</summary>
    BlockHeight Head { get; }

    /// <summary>Gets the height up to which blocks survive a power loss. The consensus log is cut only up to here.</summary>
    BlockHeight DurableHead { get; }

    /// <summary>Gets the block before the first one kept; <see langword="null"/> when the store begins with block 1.</summary>
    StoredAnchor? Anchor { get; }

    /// <summary>Gets the height of the first block kept, or of the first to be appended to an empty store.</summary>
    BlockHeight First => (Anchor?.Height ?? default).Next;

    /// <summary>Accepts the next block. Returns before it is durable.</summary>
    /// <param name="block">Its height is <see cref="Head"/> + 1, or one already stored with the same hash, which changes nothing.</param>
    /// <exception cref="ArgumentException">A gap, or another block at a stored height.</exception>
    /// <exception cref="StorageException">The store has failed; it accepts nothing more.</exception>
    void Append(StoredBlock block);

    /// <summary>Stores the certificate of a stored block; the last one written stays.</summary>
    /// <param name="height">At most <see cref="Head"/>.</param>
    /// <param name="certificate">Canonical bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such block.</exception>
    void PutCertificate(BlockHeight height, ReadOnlyMemory<byte> certificate);

    /// <summary>Reads a block.</summary>
    /// <param name="height">From 1.</param>
    /// <returns>The block, or <see langword="null"/> below <see cref="First"/> and above <see cref="Head"/>.</returns>
    /// <exception cref="StorageException">The stored bytes are damaged.</exception>
    StoredBlock? TryRead(BlockHeight height);

    /// <summary>Reads the certificate of a block.</summary>
    /// <param name="height">From 1.</param>
    /// <returns>Canonical bytes, or <see langword="null"/> when none is stored.</returns>
    /// <exception cref="StorageException">The stored bytes are damaged.</exception>
    ReadOnlyMemory<byte>? TryReadCertificate(BlockHeight height);

    /// <summary>Drops every block up to the anchor's, and their certificates. An anchor above <see cref="Head"/> empties the store, which
    /// then goes on with the block after it. Returns before this is durable; it is durable no later than what is accepted
    /// afterwards.</summary>
    /// <param name="anchor">The last block not kept. The present anchor again changes nothing.</param>
    /// <exception cref="ArgumentException">It is below the present anchor, or the block stored at its height is another.</exception>
    /// <exception cref="StorageException">The store has failed; it accepts nothing more.</exception>
    void StartAfter(StoredAnchor anchor);

    /// <summary>Makes everything accepted so far durable.</summary>
    /// <param name="cancellationToken">Stops waiting, not the work.</param>
    /// <returns>Done when <see cref="DurableHead"/> has reached <see cref="Head"/> as it was at the call.</returns>
    ValueTask FlushAsync(CancellationToken cancellationToken);
}
