using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Shares;

/// <summary>One custodian's shares for one permit, sealed together to the recipient and signed: one key agreement serves them all, and the
/// custodian answers for what it sent.</summary>
/// <param name="Custodian">The custodian's operator key.</param>
/// <param name="Count">How many shares are in it, by the custodian's word.</param>
/// <param name="Height">Height of the state by which it released them.</param>
/// <param name="Sealed">What <see cref="ShareBatch.Seal"/> made.</param>
/// <param name="Signature">The custodian's signature over <see cref="Statement"/>.</param>
internal sealed record ReleasedShares(
    PublicKey Custodian, int Count, BlockHeight Height, ReadOnlyMemory<byte> Sealed, Signature Signature)
    : ICanonical<ReleasedShares>
{
    void ICanonical<ReleasedShares>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Custodian);
        writer.Write((long)Count);
        writer.Write(Height);
        writer.Write(Sealed.Span);
        writer.Write(Signature);
    }

    static ReleasedShares ICanonical<ReleasedShares>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new ReleasedShares(
            reader.ReadPublicKey(),
            reader.ReadInt32(0, ShareBatch.MaxCount),
            reader.ReadHeight(),
            reader.ReadBytes(Attachment.MaxContent),
            reader.ReadSignature());
    }

    /// <summary>Signs a release.</summary>
    public static ReleasedShares Sign(
        SigningKey custodian, ChainId chain, Digest permit, BlockHeight height, int count, ReadOnlyMemory<byte> message) =>
        new(custodian.PublicKey, count, height, message, custodian.Sign(Statement(chain, permit, height, Digest.Of(message.Span))));

    /// <summary>What a custodian signs.</summary>
    /// <param name="chain">The account chain.</param>
    /// <param name="permit">The access request or task that was permitted.</param>
    /// <param name="height">Height of the state by which the shares are released.</param>
    /// <param name="message">SHA-256 of the sealed shares.</param>
    public static byte[] Statement(ChainId chain, Digest permit, BlockHeight height, Digest message) =>
        Canonical.EncodeTagged("medchain/released-shares/v1", new Signed(chain, permit, height, message));

    /// <summary>Whether the custodian signed this for a permit.</summary>
    public bool IsSigned(ChainId chain, Digest permit) =>
        SignatureVerifier.Verify(Custodian, Statement(chain, permit, Height, Digest.Of(Sealed.Span)), Signature);

    private readonly record struct Signed(ChainId Chain, Digest Permit, BlockHeight Height, Digest Message) : ICanonical<Signed>
    {
        void ICanonical<Signed>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(4);
            writer.Write(Chain);
            writer.Write(Permit);
            writer.Write(Height);
            writer.Write(Message);
        }

        static Signed ICanonical<Signed>.Read(ref CanonicalReader reader)
        {
            reader.BeginArray(4);
            return new Signed(reader.ReadChainId(), reader.ReadDigest(), reader.ReadHeight(), reader.ReadDigest());
        }
    }
}
