using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>What one validator knows of one slot above its base when it leaves a view.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Prepared">The PreparedCert of the highest view, if it has one.</param>
/// <param name="Cut">The cut of <paramref name="Prepared"/>; <see langword="null"/> when there is none or its value is NULL.</param>
/// <param name="Accepted">The last Prepare it signed, if it signed one.</param>
/// <param name="AcceptedCut">The cut of <paramref name="Accepted"/> under rules with a fast path, when it is a cut and another one than
/// <paramref name="Cut"/>.</param>
internal sealed record ViewChangeEntry(
    SlotNumber Slot, VoteCertificate? Prepared, Cut? Cut, AcceptedClaim? Accepted, Cut? AcceptedCut = null) : ICanonical<ViewChangeEntry>
{
    /// <summary>Gets the cut that <see cref="Accepted"/> names; <see langword="null"/> when it names NULL.</summary>
    public Cut? ClaimedCut => Accepted is { } claim && Cut?.Digest == claim.Value ? Cut : AcceptedCut;

    void ICanonical<ViewChangeEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Slot);
        writer.WriteOptional(Prepared);
        writer.WriteOptional(Cut);
        writer.WriteOptional(Accepted);
        writer.WriteOptional(AcceptedCut);
    }

    static ViewChangeEntry ICanonical<ViewChangeEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new ViewChangeEntry(
            reader.ReadSlot(),
            reader.ReadOptional<VoteCertificate>(),
            reader.ReadOptional<Cut>(),
            reader.ReadOptional<AcceptedClaim>(),
            reader.ReadOptional<Cut>());
    }
}
