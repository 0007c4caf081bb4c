using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes;

/// <summary>Brings the ledger's rules and the evidence of consensus together, which do not know each other. Pure.</summary>
internal sealed class EvidenceJudge : IEvidenceJudge
{
    private EvidenceJudge()
    {
    }

    public static EvidenceJudge Instance { get; } = new();

    public string? Judge(ReadOnlyMemory<byte> evidence, ChainId chain, ValidatorSet validators, out Conviction? conviction)
    {
        conviction = null;
        if (!Evidence.TryDecode(evidence, out Evidence? decoded, out string? problem))
        {
            return problem;
        }

        if (decoded.Verify(chain, validators) is { } doubt)
        {
            return doubt;
        }

        conviction = new Conviction(decoded.Validator, decoded.Kind, decoded.PlaceOf(chain, validators));
        return null;
    }
}
