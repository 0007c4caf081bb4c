using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Resharing;

/// <summary>One record's deal.</summary>
/// <param name="Owner">The record's owner.</param>
/// <param name="Record">The record.</param>
/// <param name="KeyHeader">The key header that is dealt anew.</param>
/// <param name="Deal">Attachment: the deal (<see cref="ShareDeal"/>).</param>
internal readonly record struct DealReference(AccountId Owner, Digest Record, Digest KeyHeader, Digest Deal) : ICanonical<DealReference>
{
    void ICanonical<DealReference>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Owner);
        writer.Write(Record);
        writer.Write(KeyHeader);
        writer.Write(Deal);
    }

    static DealReference ICanonical<DealReference>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new DealReference(reader.ReadAccountId(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadDigest());
    }
}

/// <summary>An old holder deals its shares of some records' keys to the validators of the present epoch; signed with its operator
/// key.</summary>
/// <param name="Deals">1 to <see cref="MaxCount"/> deals.</param>
internal sealed record DealShares(ImmutableArray<DealReference> Deals) : Command
{
    /// <summary>Most deals of one command: executing one takes some milliseconds.</summary>
    public const int MaxCount = 16;

    private protected override CommandKind Kind => CommandKind.DealShares;

    internal static DealShares ReadFields(ref CanonicalReader reader) => new([.. reader.ReadList<DealReference>(MaxCount)]);

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.WriteList(Deals);
}

/// <summary>A new holder says that its parts of some deals are not good.</summary>
/// <param name="Owner">The record's owner.</param>
/// <param name="Record">The record.</param>
/// <param name="Dealers">The old holders, the first in the lowest bit.</param>
internal sealed record AccuseDealers(AccountId Owner, Digest Record, ulong Dealers) : Command
{
    private protected override CommandKind Kind => CommandKind.AccuseDealers;

    internal static AccuseDealers ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new AccuseDealers(reader.ReadAccountId(), reader.ReadDigest(), reader.ReadUInt64());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Owner);
        writer.Write(Record);
        writer.Write(Dealers);
    }
}

/// <summary>A dealer shows in the open the part that a new holder misses. Nobody learns more than the holder, or else the dealer, would
/// know.</summary>
/// <param name="Owner">The record's owner.</param>
/// <param name="Record">The record.</param>
/// <param name="Holder">The new holder's place.</param>
/// <param name="Part">The holder's part of this dealer's deal.</param>
internal sealed record AnswerAccusation(AccountId Owner, Digest Record, int Holder, ReadOnlyMemory<byte> Part) : Command
{
    private protected override CommandKind Kind => CommandKind.AnswerAccusation;

    internal static AnswerAccusation ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new AnswerAccusation(
            reader.ReadAccountId(),
            reader.ReadDigest(),
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1),
            reader.ReadBytes(SecretScalar.Size).ToArray());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Owner);
        writer.Write(Record);
        writer.Write((long)Holder);
        writer.Write(Part.Span);
    }
}

/// <summary>A patient asks that the shares of a record's key are replaced by new ones among the same holders: shares that leaked before are
/// worth nothing after.</summary>
/// <param name="Record">The record.</param>
internal sealed record RefreshKey(Digest Record) : Command
{
    private protected override CommandKind Kind => CommandKind.RefreshKey;

    internal static RefreshKey ReadFields(ref CanonicalReader reader) => new(reader.ReadDigest());

    private protected override void WriteFields(ref CanonicalWriter writer) => writer.Write(Record);
}
