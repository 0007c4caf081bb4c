using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Blocks;

/// <summary>One validator of a chain: the key it votes with and the key to which custody shares are sealed. Never one key in two roles.</summary>
/// <param name="VotingKey">Ed25519 key of votes and seals.</param>
/// <param name="CustodyKey">X25519 key of sealed shares.</param>
public sealed record Validator(PublicKey VotingKey, AgreementKey CustodyKey) : ICanonical<Validator>
{
    void ICanonical<Validator>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(VotingKey);
        writer.Write(CustodyKey);
    }

    static Validator ICanonical<Validator>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new Validator(reader.ReadPublicKey(), reader.ReadAgreementKey());
    }
}
