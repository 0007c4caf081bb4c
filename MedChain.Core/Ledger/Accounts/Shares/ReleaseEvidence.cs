using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Shares;

/// <summary>What a custodian released and signed, opened to everybody by its recipient: an erasable attachment, for it shows the
/// custodian's shares of all records of the release.</summary>
/// <param name="Permit">The access request or task.</param>
/// <param name="Released">What the custodian sent.</param>
/// <param name="Opening">Key and nonce of the sealed message (<c>Hpke.TryReveal</c>).</param>
internal sealed record ReleaseEvidence(Digest Permit, ReleasedShares Released, ReadOnlyMemory<byte> Opening)
    : ICanonical<ReleaseEvidence>
{
    void ICanonical<ReleaseEvidence>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Permit);
        writer.Write(Released);
        writer.Write(Opening.Span);
    }

    static ReleaseEvidence ICanonical<ReleaseEvidence>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new ReleaseEvidence(reader.ReadDigest(), reader.Read<ReleasedShares>(), reader.ReadBytes(Hpke.OpeningSize));
    }
}

/// <summary>Anybody shows that a custodian released a wrong share, or a share of a record that was to be erased.</summary>
/// <param name="Owner">The record's owner.</param>
/// <param name="Record">The record.</param>
/// <param name="Evidence">Attachment: the release (<see cref="ReleaseEvidence"/>).</param>
internal sealed record ReportRelease(AccountId Owner, Digest Record, Digest Evidence) : Command
{
    private protected override CommandKind Kind => CommandKind.ReportRelease;

    internal static ReportRelease ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new ReportRelease(reader.ReadAccountId(), reader.ReadDigest(), reader.ReadDigest());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Owner);
        writer.Write(Record);
        writer.Write(Evidence);
    }
}
