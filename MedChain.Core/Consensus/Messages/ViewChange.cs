using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>All to all: "I leave every view below this one; here is all that I voted for".</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="NewView">The view to enter.</param>
/// <param name="Base">The best seal certificate held; <see langword="null"/> before the first.</param>
/// <param name="Entries">Every slot above the base in which it voted, in ascending order.</param>
/// <param name="Validator">The sender.</param>
/// <param name="Signature">Over all of the above.</param>
internal sealed record ViewChange(
    long Epoch,
    ViewNumber NewView,
    SealCertificate? Base,
    ImmutableArray<ViewChangeEntry> Entries,
    int Validator,
    Signature Signature) : ConsensusMessage, ICanonical<ViewChange>
{
    public override MessageKind Kind => MessageKind.ViewChange;

    public override long Epoch { get; init; } = Epoch;

    public long BaseHeight => Base?.Height.Value ?? 0;

    public byte[] Statement(ChainId chain) =>
        Canonical.EncodeTagged("medchain/view-change/v1", new ChainedStatement<ViewChange>(chain, this with { Signature = default }));

    void ICanonical<ViewChange>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(6);
        writer.Write(Epoch);
        writer.Write(NewView);
        writer.WriteOptional(Base);
        writer.WriteList(Entries);
        writer.Write((long)Validator);
        writer.Write(Signature);
    }

    static ViewChange ICanonical<ViewChange>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(6);
        return new ViewChange(
            reader.ReadNonNegative(),
            reader.ReadView(),
            reader.ReadOptional<SealCertificate>(),
            [.. reader.ReadList<ViewChangeEntry>(WireLimits.MaxViewChangeEntries)],
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1),
            reader.ReadSignature());
    }
}
