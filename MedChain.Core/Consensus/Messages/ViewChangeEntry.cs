using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>What one validator knows of one slot above its base when it leaves a view.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Prepared">The PreparedCert of the highest view, if it has one.</param>
/// <param name="Cut">The cut of <paramref name="Prepared"/>; <see langword="null"/> when there is none or its value is NULL.</param>
/// <param name="Accepted">The last Prepare it signed, if it signed one. Unused until the fast path exists, but signed from the start, so
/// that the wire need not change.</param>
internal sealed record ViewChangeEntry(SlotNumber Slot, VoteCertificate? Prepared, Cut? Cut, AcceptedClaim? Accepted)
    : ICanonical<ViewChangeEntry>
{
    void ICanonical<ViewChangeEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Slot);
        writer.WriteOptional(Prepared);
        writer.WriteOptional(Cut);
        writer.WriteOptional(Accepted);
    }

    static ViewChangeEntry ICanonical<ViewChangeEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new ViewChangeEntry(
            reader.ReadSlot(), reader.ReadOptional<VoteCertificate>(), reader.ReadOptional<Cut>(), reader.ReadOptional<AcceptedClaim>());
    }
}
