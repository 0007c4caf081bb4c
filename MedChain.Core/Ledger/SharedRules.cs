using MedChain.Core.Blocks;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>Rules that both kinds of ledger have: accounts and anchors.</summary>
internal static class SharedRules
{
    /// <summary>Misconducts kept of one validator: it can sign any number of them, and a few convict it as well as many.</summary>
    public const int MaxMisconducts = 64;

    public static void WriteGenesis(LedgerState state, Genesis genesis) =>
        state.Put(
            StateKey.Account(genesis.Administrator),
            new AccountEntry(AccountKind.Organisation, genesis.AdministratorKey, genesis.AdministratorAgreementKey, []));

    public static PublicKey? KeyOf(LedgerState state, AccountId account) => state.Get<AccountEntry>(StateKey.Account(account))?.Key;

    /// <summary>Strangers may not: each mark would cost a block and leave a nonce for ever.</summary>
    public static string? Mark(LedgerState state, AccountId sender) => KeyOf(state, sender) is null
        ? $"Account {sender} is not registered; only registered accounts order reads."
        : null;

    public static string? Register(LedgerState state, Genesis genesis, AccountId sender, RegisterAccount command, LedgerContext context)
    {
        if (sender != genesis.Administrator)
        {
            return "Only the chain's administrator registers accounts.";
        }

        AccountId account = AccountEntry.Name(genesis.Chain, command.Account.Key);
        if (state.Get<AccountEntry>(StateKey.Account(account)) is not null)
        {
            return $"Account {account} exists already.";
        }

        if (state.Get<KeyHolder>(StateKey.KeyHolder(command.Account.Key)) is { } holder)
        {
            return $"Key {command.Account.Key} signs for account {holder.Account}.";
        }

        state.Put(StateKey.Account(account), command.Account);
        context.Emit(LedgerEventKind.AccountRegistered, account, default);
        return null;
    }

    public static string? Anchor(LedgerState state, Genesis genesis, AccountId sender, AnchorChain command, LedgerContext context)
    {
        if (sender != genesis.Administrator)
        {
            return "Only the chain's administrator anchors other chains.";
        }

        if (command.Other.Kind == genesis.Kind)
        {
            return $"A chain of kind {genesis.Kind} anchors chains of the other kind only.";
        }

        StateKey key = StateKey.Anchor(command.Other.Chain);
        if (state.Get<Anchor>(key) is not null)
        {
            return $"Chain {command.Other.Chain} is anchored already.";
        }

        state.Put(key, Ledger.Anchor.Of(command.Other));
        context.Emit(LedgerEventKind.ChainAnchored, default, command.Other.Chain.Value);
        return null;
    }

    /// <summary>Records a misconduct that the evidence proves, once for each place. Nobody can be accused falsely: the validator's own
    /// signatures are the proof.</summary>
    public static string? Record(
        LedgerState state, Genesis genesis, IEvidenceJudge judge, RecordMisconduct command, LedgerContext context)
    {
        ValidatorSet? ValidatorsOf(long epoch) => ValidatorRules.Find(state, genesis, context.Epoch, epoch);
        if (judge.Judge(command.Evidence, genesis.Chain, ValidatorsOf, out Conviction? conviction) is { } problem)
        {
            return $"The evidence proves nothing: {problem}";
        }

        if (IsRecorded(state, conviction!))
        {
            return $"The misconduct of validator {conviction!.Validator} is recorded already.";
        }

        if (state.Tree.Scan(StateKey.MisconductsOf(conviction!.VotingKey).Bytes).Count() >= MaxMisconducts)
        {
            return $"{MaxMisconducts} misconducts of validator {conviction.Validator} are recorded, the most that are kept.";
        }

        state.Put(
            StateKey.Misconduct(conviction.VotingKey, conviction.Place),
            new MisconductEntry(
                conviction.VotingKey,
                conviction.Epoch,
                conviction.Validator,
                conviction.Kind,
                context.Height,
                Digest.Of(command.Evidence.Span)));
        context.Emit(LedgerEventKind.MisconductRecorded, default, conviction.Place);
        return null;
    }

    /// <summary>Whether the state holds a misconduct already.</summary>
    public static bool IsRecorded(LedgerState state, Conviction conviction) =>
        state.Get<MisconductEntry>(StateKey.Misconduct(conviction.VotingKey, conviction.Place)) is not null;

    /// <summary>Follows an anchored chain into its next epoch. The handoff speaks for itself, so anybody may bring it.</summary>
    public static string? Advance(LedgerState state, AdvanceAnchor command, LedgerContext context)
    {
        ChainId chain = command.Handoff.Header.Chain;
        StateKey key = StateKey.Anchor(chain);
        if (state.Get<Anchor>(key) is not { } anchor)
        {
            return $"Chain {chain} is not anchored here.";
        }

        if (anchor.TryAdvance(chain, command.Handoff) is not { } next)
        {
            return $"The handoff does not end epoch {anchor.Epoch} of chain '{anchor.Name}', to which it was followed here.";
        }

        state.Put(key, next);
        context.Emit(LedgerEventKind.AnchorAdvanced, default, chain.Value);
        return null;
    }
}
