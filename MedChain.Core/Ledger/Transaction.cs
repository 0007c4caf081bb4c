using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>A signed order to a ledger. The signature covers the chain and the nonce, so it counts once and on one chain.</summary>
/// <param name="Chain">The chain it is for.</param>
/// <param name="Sender">The account that sends it.</param>
/// <param name="Key">The sender's signing key; must be the account's current key.</param>
/// <param name="Nonce">A number the sender uses once, from 1.</param>
/// <param name="LastHeight">Last height at which it may be applied; 0 for no limit.</param>
/// <param name="Body">Canonical command of the ledger.</param>
/// <param name="Signature">Ed25519 over the tagged encoding of all other fields.</param>
internal sealed record Transaction(
    ChainId Chain,
    AccountId Sender,
    PublicKey Key,
    long Nonce,
    long LastHeight,
    ReadOnlyMemory<byte> Body,
    Signature Signature) : ICanonical<Transaction>
{
    /// <summary>Largest encoded transaction in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int MaxBody = MaxBytes - 512;

    public static Transaction Sign(ChainId chain, AccountId sender, SigningKey key, long nonce, long lastHeight, ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxBody)
        {
            throw new ArgumentException($"A command of {body.Length} bytes; the limit is {MaxBody}.", nameof(body));
        }

        var unsigned = new Transaction(chain, sender, key.PublicKey, nonce, lastHeight, body, default);
        return unsigned with { Signature = key.Sign(unsigned.SignedBytes()) };
    }

    public bool HasValidSignature() => SignatureVerifier.Verify(Key, SignedBytes(), Signature);

    void ICanonical<Transaction>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(7);
        WriteSigned(ref writer);
        writer.Write(Signature);
    }

    static Transaction ICanonical<Transaction>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(7);
        return new Transaction(
            reader.ReadChainId(),
            reader.ReadAccountId(),
            reader.ReadPublicKey(),
            reader.ReadNonNegative(),
            reader.ReadNonNegative(),
            reader.ReadBytes(MaxBody),
            reader.ReadSignature());
    }

    private byte[] SignedBytes() => Canonical.EncodeTagged("medchain/transaction/v1", new Signed(this));

    private void WriteSigned(ref CanonicalWriter writer)
    {
        writer.Write(Chain);
        writer.Write(Sender);
        writer.Write(Key);
        writer.Write(Nonce);
        writer.Write(LastHeight);
        writer.Write(Body.Span);
    }

    /// <summary>The fields that the signature covers.</summary>
    private readonly record struct Signed(Transaction Transaction) : ICanonical<Signed>
    {
        void ICanonical<Signed>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(6);
            Transaction.WriteSigned(ref writer);
        }

        static Signed ICanonical<Signed>.Read(ref CanonicalReader reader) =>
            throw new MalformedDataException("Signed bytes are compared, never read.");
    }
}
