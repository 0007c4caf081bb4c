using MedChain.Core.Blocks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>Decides what evidence of consensus proves. The ledger does not know the statements of consensus; the rules get this from
/// whoever knows both. A pure function: every validator must decide alike.</summary>
internal interface IEvidenceJudge
{
    /// <summary>Checks evidence.</summary>
    /// <param name="evidence">Its bytes, from anybody.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="validatorsOf">The validators of an epoch; <see langword="null"/> for one that is not known or has not begun.</param>
    /// <param name="conviction">What it proves, or <see langword="null"/>.</param>
    /// <returns><see langword="null"/> when it proves something, else why not.</returns>
    string? Judge(ReadOnlyMemory<byte> evidence, ChainId chain, Func<long, ValidatorSet?> validatorsOf, out Conviction? conviction);
}

/// <summary>What evidence proves.</summary>
/// <param name="VotingKey">The validator's voting key: what it is known by in all epochs.</param>
/// <param name="Epoch">The epoch it was in.</param>
/// <param name="Validator">The validator's index in that epoch.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Place">Names what was done and where: the same whichever statements prove it.</param>
internal sealed record Conviction(PublicKey VotingKey, long Epoch, int Validator, Misconduct Kind, Digest Place);
