using System.Collections.Immutable;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Shares;

/// <summary>A custodian says that it has checked its share of a record's key against the commitments and keeps it.</summary>
/// <param name="Owner">The record's owner.</param>
/// <param name="Record">The record.</param>
/// <param name="KeyHeader">The key header as the custodian read it: it accepts this one and no other.</param>
/// <param name="Handle">Hash of a random secret that the custodian keeps with the share and destroys with it
/// (<see cref="ShareHandle"/>).</param>
internal readonly record struct ShareAcceptance(AccountId Owner, Digest Record, Digest KeyHeader, Digest Handle)
    : ICanonical<ShareAcceptance>
{
    void ICanonical<ShareAcceptance>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Owner);
        writer.Write(Record);
        writer.Write(KeyHeader);
        writer.Write(Handle);
    }

    static ShareAcceptance ICanonical<ShareAcceptance>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new ShareAcceptance(reader.ReadAccountId(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadDigest());
    }
}

/// <summary>A custodian accepts its shares of some records' keys; signed with its operator key.</summary>
/// <param name="Shares">1 to <see cref="MaxCount"/> acceptances.</param>
internal sealed record AcceptShares(ImmutableArray<ShareAcceptance> Shares) : Command
{
    /// <summary>Most acceptances of one command: each may be an event of its receipt.</summary>
    public const int MaxCount = 64;

    private protected override CommandKind Kind => CommandKind.AcceptShares;

    internal static AcceptShares ReadFields(ref CanonicalReader reader) => new([.. reader.ReadList<ShareAcceptance>(MaxCount)]);

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.WriteList(Shares);
}

/// <summary>A custodian shows that the share dealt to it is not the one that the commitments promise. It publishes what opens this one
/// sealed share, so that everybody can check.</summary>
/// <param name="Owner">The record's owner, who dealt.</param>
/// <param name="Record">The record.</param>
/// <param name="Opening">Key and nonce of the custodian's sealed share (<see cref="SealedBox.TryReveal"/>).</param>
internal sealed record RefuteShare(AccountId Owner, Digest Record, ReadOnlyMemory<byte> Opening) : Command
{
    private protected override CommandKind Kind => CommandKind.RefuteShare;

    internal static RefuteShare ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new RefuteShare(reader.ReadAccountId(), reader.ReadDigest(), reader.ReadBytes(Hpke.OpeningSize).ToArray());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Owner);
        writer.Write(Record);
        writer.Write(Opening.Span);
    }
}
