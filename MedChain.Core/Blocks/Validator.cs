using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Blocks;

/// <summary>One validator of a chain. Each of its keys has one role: votes, custody shares, or transactions of its own.</summary>
/// <param name="VotingKey">Ed25519 key of votes and seals.</param>
/// <param name="CustodyKey">X25519 key to which custody shares are sealed.</param>
/// <param name="OperatorKey">Ed25519 key of the transactions that the validator sends itself, such as an executor's result.</param>
/// <param name="HybridCustodyKey">X-Wing key to which custody shares are sealed instead; <see langword="null"/> for none.</param>
public sealed record Validator(PublicKey VotingKey, AgreementKey CustodyKey, PublicKey OperatorKey, HybridKey? HybridCustodyKey = null)
    : ICanonical<Validator>
{
    internal SealingKeys CustodyKeys => new(CustodyKey, HybridCustodyKey);

    /// <remarks>Without a hybrid key it has three fields.</remarks>
    void ICanonical<Validator>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(HybridCustodyKey is null ? 3 : 4);
        writer.Write(VotingKey);
        writer.Write(CustodyKey);
        writer.Write(OperatorKey);
        if (HybridCustodyKey is not null)
        {
            writer.Write(HybridCustodyKey.Bytes);
        }
    }

    static Validator ICanonical<Validator>.Read(ref CanonicalReader reader)
    {
        int fields = reader.ReadArrayCount(4);
        if (fields < 3)
        {
            throw new MalformedDataException($"A validator of {fields} fields.");
        }

        return new Validator(
            reader.ReadPublicKey(),
            reader.ReadAgreementKey(),
            reader.ReadPublicKey(),
            fields == 4 ? ReadHybrid(reader.ReadBytes(HybridKey.Size).Span) : null);
    }

    private static HybridKey ReadHybrid(ReadOnlySpan<byte> bytes) => bytes.Length == HybridKey.Size
        ? new HybridKey(bytes)
        : throw new MalformedDataException($"A hybrid key of {bytes.Length} bytes; it has {HybridKey.Size}.");
}
