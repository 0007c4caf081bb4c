using MedChain.Core.Blocks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>How both kinds of chain change their validators: one operator proposes, and when a quorum of the current operators has approved
/// the same change, it is chosen. No single institution, and not the administrator, can change them.</summary>
internal static class ValidatorRules
{
    /// <summary>Most blocks that a proposal may stay open.</summary>
    public const long MaxOpenBlocks = 100_000;

    /// <summary>Epochs whose validators the state keeps beside the current one's: each takes a place that an older one had.</summary>
    public const int KeptEpochs = 64;

    /// <summary>The validators as they count in blocks of an epoch.</summary>
    public static ValidatorsEntry Read(LedgerState state, Genesis genesis, long epoch) =>
        (state.Get<ValidatorsEntry>(StateKey.Validators) ?? new ValidatorsEntry(0, genesis.Validators, default, null)).In(epoch);

    /// <summary>The validators of the current epoch or of one of the last <see cref="KeptEpochs"/> before it, or of the genesis;
    /// <see langword="null"/> for any other.</summary>
    public static ValidatorSet? Find(LedgerState state, Genesis genesis, long current, long epoch) =>
        epoch < 0 || epoch > current ? null
        : epoch == 0 ? genesis.Validators
        : Read(state, genesis, current) is { } validators && validators.Epoch == epoch ? validators.Current
        : state.Get<PastValidators>(PlaceOf(epoch)) is { } past && past.Epoch == epoch ? past.Validators
        : null;

    /// <summary>As <see cref="Find"/>, and also the validators chosen for the next epoch, for those who do not know which one is
    /// current.</summary>
    public static ValidatorSet? Of(LedgerState state, Genesis genesis, long epoch) =>
        Find(state, genesis, (state.Get<ValidatorsEntry>(StateKey.Validators)?.Epoch ?? 0) + 1, epoch);

    public static string? Propose(
        LedgerState state, Genesis genesis, PublicKey sender, ProposeValidators command, LedgerContext context)
    {
        ValidatorsEntry validators = Read(state, genesis, context.Epoch);
        if (OperatorProblem(validators, sender) is { } problem)
        {
            return problem;
        }

        if (command.Change.TryApply(validators.Current, out _) is { } wrong)
        {
            return wrong;
        }

        long open = command.LastHeight.Value - context.Height.Value;
        if (open is < 0 or > MaxOpenBlocks)
        {
            return $"The proposal is open up to block {command.LastHeight}; it must be from this one, {context.Height}, to "
                + $"{MaxOpenBlocks} blocks later.";
        }

        var proposal = new ValidatorProposal(context.Epoch, command.Change, command.LastHeight, [sender]);
        state.Put(StateKey.ValidatorProposal(sender), proposal);
        context.Emit(LedgerEventKind.ValidatorsProposed, AccountEntry.Name(genesis.Chain, sender), default);
        ChooseIfApproved(state, validators, proposal, context);
        return null;
    }

    public static string? Approve(
        LedgerState state, Genesis genesis, PublicKey sender, ApproveValidators command, LedgerContext context)
    {
        ValidatorsEntry validators = Read(state, genesis, context.Epoch);
        if (OperatorProblem(validators, sender) is { } problem)
        {
            return problem;
        }

        StateKey key = StateKey.ValidatorProposal(command.Proposer);
        if (state.Get<ValidatorProposal>(key) is not { } proposal
            || proposal.Epoch != context.Epoch
            || proposal.LastHeight < context.Height
            || proposal.Change != command.Change)
        {
            return $"Operator {command.Proposer} has no open proposal of this change in epoch {context.Epoch}.";
        }

        if (proposal.Approvals.Contains(sender))
        {
            return "The sender approved this change before.";
        }

        proposal = proposal with { Approvals = proposal.Approvals.Add(sender) };
        state.Put(key, proposal);
        ChooseIfApproved(state, validators, proposal, context);
        return null;
    }

    private static StateKey PlaceOf(long epoch) => StateKey.PastValidators((int)(epoch % KeptEpochs));

    private static string? OperatorProblem(ValidatorsEntry validators, PublicKey sender)
    {
        if (validators.Next is not null)
        {
            return $"The validators of epoch {validators.Epoch + 1} are chosen; the next change can be proposed when it has begun.";
        }

        return validators.Current.Members.Any(m => m.OperatorKey == sender)
            ? null
            : "The transaction is not signed by the operator key of a current validator.";
    }

    private static void ChooseIfApproved(
        LedgerState state, ValidatorsEntry validators, ValidatorProposal proposal, LedgerContext context)
    {
        if (proposal.Approvals.Length >= validators.Current.Quorum
            && proposal.Change.TryApply(validators.Current, out ValidatorSet? next) is null)
        {
            state.Put(StateKey.Validators, validators with { ChosenAt = context.Height, Next = next });
            state.Put(PlaceOf(validators.Epoch), new PastValidators(validators.Epoch, validators.Current));
            context.Emit(LedgerEventKind.ValidatorsChosen, default, next!.Hash);
        }
    }
}
