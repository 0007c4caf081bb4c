using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Messages;

/// <summary>All that a validator must know of the past to go on after a block, apart from the state: it proves itself to whoever knows the
/// chain's genesis.</summary>
/// <param name="Header">The block.</param>
/// <param name="Later">The headers after it up to the sealed one, of the same epoch; none when it is sealed itself.</param>
/// <param name="Seal">A quorum's seal over the last of these headers.</param>
/// <param name="Ordering">What ordering goes on from; the header holds its hash.</param>
/// <param name="Handoffs">The ends of the epochs before, from the first that the reader does not know. When the block itself ends an epoch,
/// the last one is its own: what follows belongs to the next validators.</param>
internal sealed record Checkpoint(
    BlockHeader Header,
    ImmutableArray<BlockHeader> Later,
    SealCertificate Seal,
    OrderingState Ordering,
    ImmutableArray<Handoff> Handoffs) : ICanonical<Checkpoint>
{
    /// <summary>Most headers between a block and the next sealed one.</summary>
    public const int MaxLater = 1_024;

    public BlockHeight Height => Header.Height;

    /// <summary>Says whether it is of a chain.</summary>
    /// <param name="known">The chain's epochs, as far as they are known.</param>
    /// <param name="verify">What checks a seal's signatures; <see langword="null"/> for Ed25519.</param>
    /// <returns>The epochs up to the one that goes on after the block; <see langword="null"/> for a wrong checkpoint of any form.</returns>
    public ValidatorHistory? TryVerify(ValidatorHistory known, Func<ValidatorSet, SealCertificate, bool>? verify = null)
    {
        verify ??= (validators, seal) => seal.VerifySignatures(validators);
        foreach (Handoff handoff in Handoffs.Where(h => h.Header.Epoch >= known.Latest.Number))
        {
            bool ends = handoff.Header.EndsEpoch && handoff.Header.NextValidators == handoff.Next.Hash;
            if (!ends || !IsSealed(handoff.Header, handoff.Seal, known, verify))
            {
                return null;
            }

            known = known.Follow(handoff);
        }

        if (Ordering.Hash() != Header.Ordering)
        {
            return null;
        }

        if (Header.EndsEpoch)
        {
            bool isOwn = known.Latest.Number == Header.Epoch + 1 && known.Handoffs[^1] is var own
                && own.Header.Hash == Header.Hash && own.Seal.HeaderHash == Seal.HeaderHash;
            return isOwn && Later.IsEmpty ? known : null;
        }

        BlockHeader last = Header;
        foreach (BlockHeader next in Later)
        {
            if (next.Previous != last.Hash || next.Epoch != Header.Epoch)
            {
                return null;
            }

            last = next;
        }

        return known.Latest.Number == Header.Epoch && IsSealed(last, Seal, known, verify) ? known : null;
    }

    private static bool IsSealed(
        BlockHeader header, SealCertificate seal, ValidatorHistory known, Func<ValidatorSet, SealCertificate, bool> verify)
    {
        ChainEpoch epoch = known.Latest;
        return header.Chain == known.Chain
            && header.Epoch == epoch.Number
            && header.Height > epoch.Start
            && header.Validators == epoch.Validators.Hash
            && (seal.Chain, seal.Epoch, seal.Height, seal.HeaderHash) == (header.Chain, header.Epoch, header.Height, header.Hash)
            && verify(epoch.Validators, seal);
    }

    /// <summary>The form in which a block store keeps it; with all handoffs since genesis.</summary>
    public StoredAnchor ToAnchor() => new(Height, Header.Hash, Canonical.Encode(this));

    /// <summary>Reads what a block store kept, and checks it again: a store may have been exchanged.</summary>
    /// <param name="anchor">The anchor.</param>
    /// <param name="genesis">The chain's first epoch.</param>
    /// <exception cref="StorageException">It is damaged or of another chain.</exception>
    public static (Checkpoint Checkpoint, ValidatorHistory History) Read(StoredAnchor anchor, ValidatorHistory genesis) =>
        Canonical.TryDecode(anchor.Content, out Checkpoint? checkpoint, out _)
        && checkpoint.Height == anchor.Height
        && checkpoint.Header.Hash == anchor.HeaderHash
        && checkpoint.TryVerify(genesis) is { } history
            ? (checkpoint, history)
            : throw new StorageException(
                StorageFault.Corrupt,
                $"The block store begins after block {anchor.Height}, but what should prove that block is damaged or of another chain: "
                + "open the right folder, or delete the validator's blocks and state and let it fetch them from its peers.");

    /// <summary>The checkpoint with all handoffs since genesis.</summary>
    /// <param name="history">The epochs up to the one that goes on after the block, or more.</param>
    public Checkpoint Complete(ValidatorHistory history)
    {
        long epochs = Header.Epoch + (Header.EndsEpoch ? 1 : 0);
        return this with { Handoffs = [.. history.Handoffs.Take((int)Math.Min(epochs, history.Handoffs.Length))] };
    }

    void ICanonical<Checkpoint>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Header);
        writer.WriteList(Later);
        writer.Write(Seal);
        writer.Write(Ordering);
        writer.WriteList(Handoffs);
    }

    static Checkpoint ICanonical<Checkpoint>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new Checkpoint(
            reader.Read<BlockHeader>(),
            ImmutableArray.Create(reader.ReadList<BlockHeader>(MaxLater)),
            reader.Read<SealCertificate>(),
            reader.Read<OrderingState>(),
            ImmutableArray.Create(reader.ReadList<Handoff>(ValidatorHistory.MaxHandoffs)));
    }
}
