using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes;

/// <summary>Brings the ledger's rules and the evidence of consensus together, which do not know each other. Pure.</summary>
internal sealed class EvidenceJudge : IEvidenceJudge
{
    private EvidenceJudge()
    {
    }

    /// <summary>Gets how one signature is checked. Only simulations replace it, for speed.</summary>
    public Func<PublicKey, byte[], Signature, bool> Check { get; private init; } = (key, statement, signature) =>
        SignatureVerifier.Verify(key, statement, signature);

    public static EvidenceJudge Instance { get; } = new();

    /// <summary>A judge that checks signatures in another way.</summary>
    public static EvidenceJudge CheckingBy(Func<PublicKey, byte[], Signature, bool> check) => new() { Check = check };

    public string? Judge(
        ReadOnlyMemory<byte> evidence, ChainId chain, Func<long, ValidatorSet?> validatorsOf, out Conviction? conviction)
    {
        conviction = null;
        if (!Evidence.TryDecode(evidence, out Evidence? decoded, out string? problem))
        {
            return problem;
        }

        if (validatorsOf(decoded.Epoch) is not { } validators)
        {
            return $"The validators of epoch {decoded.Epoch} are not known here: it has not begun, or too many epochs have passed since.";
        }

        if (decoded.VerifyBy(Check, chain, validators) is { } doubt)
        {
            return doubt;
        }

        conviction = Convict(decoded, chain, validators);
        return null;
    }

    /// <summary>What evidence says, without looking whether it is true.</summary>
    public static Conviction Convict(Evidence evidence, ChainId chain, ValidatorSet validators) => new(
        validators.Members[evidence.Validator].VotingKey,
        evidence.Epoch,
        evidence.Validator,
        evidence.Kind,
        evidence.PlaceOf(chain, validators));
}
