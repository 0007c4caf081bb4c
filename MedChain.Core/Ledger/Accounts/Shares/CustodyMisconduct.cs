using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Shares;

/// <summary>What a custodian was proved to have done.</summary>
public enum CustodyMisconduct
{
    /// <summary>It signed that it had destroyed its share of a record's key, and kept it: the secret that lay with it was shown
    /// later.</summary>
    ResurfacedShare,

    /// <summary>It signed the release of a share that is not its own.</summary>
    WrongShare,

    /// <summary>It signed the release of a share of a record whose erasure was ordered before.</summary>
    ReleaseAfterErasure,
}

/// <summary>A proved misconduct of a custodian, once for each record and kind.</summary>
/// <param name="Custodian">The custodian's operator key.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Owner">The record's owner.</param>
/// <param name="Record">The record.</param>
/// <param name="Height">The block that recorded it; its transaction carries the proof.</param>
public sealed record CustodyMisconductEntry(
    PublicKey Custodian, CustodyMisconduct Kind, AccountId Owner, Digest Record, BlockHeight Height)
    : ICanonical<CustodyMisconductEntry>
{
    void ICanonical<CustodyMisconductEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Custodian);
        writer.Write((long)Kind);
        writer.Write(Owner);
        writer.Write(Record);
        writer.Write(Height);
    }

    static CustodyMisconductEntry ICanonical<CustodyMisconductEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new CustodyMisconductEntry(
            reader.ReadPublicKey(),
            (CustodyMisconduct)reader.ReadInt32(0, (int)CustodyMisconduct.ReleaseAfterErasure),
            reader.ReadAccountId(),
            reader.ReadDigest(),
            reader.ReadHeight());
    }
}
