using MedChain.Core.Consensus.Machine;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation;

/// <summary>Votes' signatures. The fast scheme is a hash over public key and statement: within a run nobody computes it but the key's
/// holders, which is all that unforgeability means here.</summary>
internal sealed class SimulatedSignatures(bool real)
{
    public const int MaxKeys = 16;

    private static readonly SigningKey[] Keys =
        [.. Enumerable.Range(1, MaxKeys).Select(i => SigningKey.FromSeed([.. Enumerable.Repeat((byte)i, SigningKey.SeedSize)]))];

    public static PublicKey KeyOf(int institution) => Keys[institution].PublicKey;

    public Signature Sign(int institution, ReadOnlySpan<byte> statement) =>
        real ? Keys[institution].Sign(statement) : Hash(Keys[institution].PublicKey, statement);

    public bool Verify(PublicKey key, ReadOnlySpan<byte> statement, Signature signature) =>
        real ? SignatureVerifier.Verify(key, statement, signature) : signature == Hash(key, statement);

    /// <summary>The signer of one institution, as the machine wants it.</summary>
    public IStatementSigner SignerOf(int institution) => new Signer(this, institution);

    private static Signature Hash(PublicKey key, ReadOnlySpan<byte> statement)
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Size + Digest.Size];
        key.CopyTo(bytes);
        Digest.Of(statement).CopyTo(bytes[PublicKey.Size..]);
        Digest half = Digest.Of(bytes);
        Span<byte> signature = stackalloc byte[Signature.Size];
        half.CopyTo(signature);
        half.CopyTo(signature[Digest.Size..]);
        return new Signature(signature);
    }

    private sealed class Signer(SimulatedSignatures signatures, int institution) : IStatementSigner
    {
        public Signature Sign(ReadOnlySpan<byte> statement) => signatures.Sign(institution, statement);
    }
}
