using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>The validators of an epoch in the state, and the choice that was made in it.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Current">Its validators.</param>
/// <param name="ChosenAt">The block in which the next validators were chosen; 0 while they are not.</param>
/// <param name="Next">The next validators; <see langword="null"/> while they are not chosen.</param>
internal sealed record ValidatorsEntry(long Epoch, ValidatorSet Current, BlockHeight ChosenAt, ValidatorSet? Next)
    : ICanonical<ValidatorsEntry>
{
    /// <summary>The entry as it counts in a block of an epoch. The entry is rewritten only when somebody chooses again.</summary>
    public ValidatorsEntry In(long epoch) => epoch > Epoch && Next is { } next ? new ValidatorsEntry(epoch, next, default, null) : this;

    void ICanonical<ValidatorsEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Epoch);
        writer.Write(Current);
        writer.Write(ChosenAt);
        writer.WriteOptional(Next);
    }

    static ValidatorsEntry ICanonical<ValidatorsEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new ValidatorsEntry(
            reader.ReadNonNegative(), reader.Read<ValidatorSet>(), reader.ReadHeight(), reader.ReadOptional<ValidatorSet>());
    }
}

/// <summary>The validators of an epoch that is over, or will be at the end of the epoch that chose the next.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Validators">Its validators.</param>
internal sealed record PastValidators(long Epoch, ValidatorSet Validators) : ICanonical<PastValidators>
{
    void ICanonical<PastValidators>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Epoch);
        writer.Write(Validators);
    }

    static PastValidators ICanonical<PastValidators>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new PastValidators(reader.ReadNonNegative(), reader.Read<ValidatorSet>());
    }
}

/// <summary>One operator's proposal in the state.</summary>
/// <param name="Epoch">The epoch it was made in; void in every other.</param>
/// <param name="Change">The change.</param>
/// <param name="LastHeight">The last block in which it may be approved.</param>
/// <param name="Approvals">Operator keys of those who approved, the proposer first.</param>
internal sealed record ValidatorProposal(long Epoch, ValidatorChange Change, BlockHeight LastHeight, ImmutableArray<PublicKey> Approvals)
    : ICanonical<ValidatorProposal>
{
    void ICanonical<ValidatorProposal>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Epoch);
        writer.Write(Change);
        writer.Write(LastHeight);
        writer.BeginArray(Approvals.Length);
        foreach (PublicKey approval in Approvals)
        {
            writer.Write(approval);
        }
    }

    static ValidatorProposal ICanonical<ValidatorProposal>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        long epoch = reader.ReadNonNegative();
        ValidatorChange change = reader.Read<ValidatorChange>();
        BlockHeight lastHeight = reader.ReadHeight();
        ImmutableArray<PublicKey>.Builder approvals = ImmutableArray.CreateBuilder<PublicKey>();
        for (int i = reader.ReadArrayCount(ValidatorSet.MaxCount); i > 0; i--)
        {
            approvals.Add(reader.ReadPublicKey());
        }

        return new ValidatorProposal(epoch, change, lastHeight, approvals.DrainToImmutable());
    }
}
