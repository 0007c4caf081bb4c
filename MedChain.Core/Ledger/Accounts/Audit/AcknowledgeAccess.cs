using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Audit;

/// <summary>Who was permitted to read says what came of it: the access receipt.</summary>
/// <param name="Request">The request that was permitted.</param>
/// <param name="SizeBucket">Power of two of the bytes that were returned in KiB, rounded up, as of records.</param>
/// <param name="Outcome">How much of what was permitted was read.</param>
/// <param name="Details">Attachment: what was returned, who acted, and who released (<see cref="AccessReceiptDetails"/>).</param>
internal sealed record AcknowledgeAccess(Digest Request, int SizeBucket, ReadingOutcome Outcome, Digest Details) : Command
{
    private protected override CommandKind Kind => CommandKind.AcknowledgeAccess;

    /// <summary>Who read says so also after a suspension.</summary>
    internal override bool Narrows => true;

    internal static AcknowledgeAccess ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new AcknowledgeAccess(
            reader.ReadDigest(),
            reader.ReadInt32(0, StoreRecord.MaxSizeBucket),
            (ReadingOutcome)reader.ReadInt32(0, (int)ReadingOutcome.Nothing),
            reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Request);
        writer.Write((long)SizeBucket);
        writer.Write((long)Outcome);
        writer.Write(Details);
    }
}

/// <summary>An access receipt as the state knows it.</summary>
internal sealed record AccessReceiptEntry(int SizeBucket, ReadingOutcome Outcome, Digest Details) : ICanonical<AccessReceiptEntry>
{
    void ICanonical<AccessReceiptEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write((long)SizeBucket);
        writer.Write((long)Outcome);
        writer.Write(Details);
    }

    static AccessReceiptEntry ICanonical<AccessReceiptEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new AccessReceiptEntry(
            reader.ReadInt32(0, StoreRecord.MaxSizeBucket),
            (ReadingOutcome)reader.ReadInt32(0, (int)ReadingOutcome.Nothing),
            reader.ReadDigest());
    }
}
