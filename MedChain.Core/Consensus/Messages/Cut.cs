using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>The value of a slot: one tip for each lane that has one, in ascending order of lane. It does not name the view
/// that votes on it, so a proposal repeated in a later view keeps its digest.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Slot">The slot, from 1.</param>
/// <param name="Proposer">The leader that made it.</param>
/// <param name="ProposedAt">The proposer's clock in milliseconds since the Unix epoch.</param>
/// <param name="Tips">The tips.</param>
/// <param name="View">The view in which it was proposed first; it stays when a later view repeats the cut, so no later view is in the
/// digest.</param>
/// <param name="Start">The last slot that the beginning of <paramref name="View"/> decided over.</param>
internal sealed record Cut(
    ChainId Chain,
    long Epoch,
    SlotNumber Slot,
    int Proposer,
    long ProposedAt,
    ImmutableArray<BatchReference> Tips,
    ViewNumber View = default,
    long Start = 0) : ICanonical<Cut>
{
    private Digest? _digest;

    public Digest Digest => _digest ??= Canonical.Hash("medchain/cut/v1", this);

    /// <summary>The value of a slot that orders nothing.</summary>
    public static Digest NullDigest(ChainId chain, long epoch, SlotNumber slot) =>
        Canonical.Hash("medchain/null-cut/v1", new NullCut(chain, epoch, slot));

    public bool Equals(Cut? other) => other is not null && Digest == other.Digest;

    public override int GetHashCode() => Digest.GetHashCode();

    void ICanonical<Cut>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(8);
        writer.Write(Chain);
        writer.Write(Epoch);
        writer.Write(Slot);
        writer.Write((long)Proposer);
        writer.Write(ProposedAt);
        writer.WriteList(Tips);
        writer.Write(View);
        writer.Write(Start);
    }

    static Cut ICanonical<Cut>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(8);
        var cut = new Cut(
            reader.ReadChainId(),
            reader.ReadNonNegative(),
            reader.ReadSlot(),
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1),
            reader.ReadNonNegative(),
            [.. reader.ReadList<BatchReference>(ValidatorSet.MaxCount)],
            reader.ReadView(),
            reader.ReadNonNegative());
        for (int i = 1; i < cut.Tips.Length; i++)
        {
            if (cut.Tips[i].Lane <= cut.Tips[i - 1].Lane)
            {
                throw new MalformedDataException("The tips of a cut are not in ascending order of lane.");
            }
        }

        return cut;
    }

    private readonly record struct NullCut(ChainId Chain, long Epoch, SlotNumber Slot) : ICanonical<NullCut>
    {
        void ICanonical<NullCut>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(3);
            writer.Write(Chain);
            writer.Write(Epoch);
            writer.Write(Slot);
        }

        static NullCut ICanonical<NullCut>.Read(ref CanonicalReader reader)
        {
            reader.BeginArray(3);
            return new NullCut(reader.ReadChainId(), reader.ReadNonNegative(), reader.ReadSlot());
        }
    }
}
