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
    /// <returns>The block, or <see langword="null"/> above <see cref="Head"/>.</returns>
    /// <exception cref="StorageException">The stored bytes are damaged.</exception>
    StoredBlock? TryRead(BlockHeight height);

    /// <summary>Reads the certificate of a block.</summary>
    /// <param name="height">From 1.</param>
    /// <returns>Canonical bytes, or <see langword="null"/> when none is stored.</returns>
    /// <exception cref="StorageException">The stored bytes are damaged.</exception>
    ReadOnlyMemory<byte>? TryReadCertificate(BlockHeight height);

    /// <summary>Makes everything accepted so far durable.</summary>
    /// <param name="cancellationToken">Stops waiting, not the work.</param>
    /// <returns>Done when <see cref="DurableHead"/> has reached <see cref="Head"/> as it was at the call.</returns>
    ValueTask FlushAsync(CancellationToken cancellationToken);
}
