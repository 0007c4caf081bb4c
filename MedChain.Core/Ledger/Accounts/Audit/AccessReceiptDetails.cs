using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Audit;

/// <summary>What an access returned, an attachment: the salted commitment to it is on the chain.</summary>
/// <param name="By">Who acted.</param>
/// <param name="Records">The records that were read, in the order of the decision.</param>
/// <param name="Releases">The custodians whose shares arrived, each with its signature, so that no reader can invent one.</param>
internal sealed record AccessReceiptDetails(Actors By, ImmutableArray<ReturnedRecord> Records, ImmutableArray<SignedRelease> Releases)
    : ICanonical<AccessReceiptDetails>
{
    void ICanonical<AccessReceiptDetails>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(By);
        writer.WriteList(Records);
        writer.WriteList(Releases);
    }

    static AccessReceiptDetails ICanonical<AccessReceiptDetails>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new AccessReceiptDetails(
            reader.Read<Actors>(),
            [.. reader.ReadList<ReturnedRecord>(DecisionEntry.MaxRecords)],
            [.. reader.ReadList<SignedRelease>(ValidatorSet.MaxCount)]);
    }
}

/// <summary>A record that an access returned. The content root names the ciphertext, and so the plaintext, without a hash of it.</summary>
/// <param name="Record">The record.</param>
/// <param name="ContentRoot">RFC 9162 root over the ciphertext chunks that were read.</param>
internal readonly record struct ReturnedRecord(Digest Record, Digest ContentRoot) : ICanonical<ReturnedRecord>
{
    void ICanonical<ReturnedRecord>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Record);
        writer.Write(ContentRoot);
    }

    static ReturnedRecord ICanonical<ReturnedRecord>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ReturnedRecord(reader.ReadDigest(), reader.ReadDigest());
    }
}

/// <summary>That a custodian released shares, by its own signature; the shares themselves stay with the reader.</summary>
/// <param name="Custodian">The custodian's operator key.</param>
/// <param name="Height">Height of the state by which it released them.</param>
/// <param name="Message">SHA-256 of the sealed shares.</param>
/// <param name="Signature">The signature over <see cref="ReleasedShares.Statement"/>.</param>
internal sealed record SignedRelease(PublicKey Custodian, BlockHeight Height, Digest Message, Signature Signature)
    : ICanonical<SignedRelease>
{
    public static SignedRelease Of(ReleasedShares shares) =>
        new(shares.Custodian, shares.Height, Digest.Of(shares.Sealed.Span), shares.Signature);

    public bool IsSigned(ChainId chain, Digest permit) =>
        SignatureVerifier.Verify(Custodian, ReleasedShares.Statement(chain, permit, Height, Message), Signature);

    void ICanonical<SignedRelease>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Custodian);
        writer.Write(Height);
        writer.Write(Message);
        writer.Write(Signature);
    }

    static SignedRelease ICanonical<SignedRelease>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new SignedRelease(reader.ReadPublicKey(), reader.ReadHeight(), reader.ReadDigest(), reader.ReadSignature());
    }
}
