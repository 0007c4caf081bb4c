using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Blocks;

/// <summary>One validator of a chain. Each of its keys has one role: votes, custody shares, or transactions of its own.</summary>
/// <param name="VotingKey">Ed25519 key of votes and seals.</param>
/// <param name="CustodyKey">X25519 key to which custody shares are sealed.</param>
/// <param name="OperatorKey">Ed25519 key of the transactions that the validator sends itself, such as an executor's result.</param>
public sealed record Validator(PublicKey VotingKey, AgreementKey CustodyKey, PublicKey OperatorKey) : ICanonical<Validator>
{
    void ICanonical<Validator>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(VotingKey);
        writer.Write(CustodyKey);
        writer.Write(OperatorKey);
    }

    static Validator ICanonical<Validator>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new Validator(reader.ReadPublicKey(), reader.ReadAgreementKey(), reader.ReadPublicKey());
    }
}
