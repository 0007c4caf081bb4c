using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>New leader to all: the quorum of ViewChanges that opens a view. What it re-proposes follows from them by a rule that everyone
/// computes for itself, so it is not sent.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="View">The view.</param>
/// <param name="ViewChanges">Exactly a quorum, in ascending order of validator, complete.</param>
/// <param name="Signature">The new leader's, over all of the above.</param>
internal sealed record NewView(long Epoch, ViewNumber View, ImmutableArray<ViewChange> ViewChanges, Signature Signature)
    : ConsensusMessage, ICanonical<NewView>
{
    public override MessageKind Kind => MessageKind.NewView;

    public override long Epoch { get; init; } = Epoch;

    public byte[] Statement(ChainId chain) =>
        Canonical.EncodeTagged("medchain/new-view/v1", new ChainedStatement<NewView>(chain, this with { Signature = default }));

    void ICanonical<NewView>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Epoch);
        writer.Write(View);
        writer.WriteList(ViewChanges);
        writer.Write(Signature);
    }

    static NewView ICanonical<NewView>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new NewView(
            reader.ReadNonNegative(), reader.ReadView(), [.. reader.ReadList<ViewChange>(ValidatorSet.MaxCount)], reader.ReadSignature());
    }
}
