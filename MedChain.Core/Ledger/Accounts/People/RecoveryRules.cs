using System.Collections.Immutable;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>Recovery of an account whose keys are lost: enough guardians name the same new keys, the old key has a time to veto, then the
/// new key takes over. The account keeps its name, its records and its grants; shares are sealed to the new agreement key from then
/// on.</summary>
internal static class RecoveryRules
{
    public static string? Set(LedgerState state, AccountId sender, SetRecovery command, LedgerContext context)
    {
        if (state.Get<AccountEntry>(StateKey.Account(sender)) is null)
        {
            return $"Account {sender} is not registered.";
        }

        if (command.Rule.Guardians.MemberProblem(state, sender) is { } problem)
        {
            return problem;
        }

        PersonEntry person = PersonEntry.Of(state, sender);
        RecoveryRule now = person.Safeguards.RecoveryAt(context.Time);
        state.Put(StateKey.Person(sender), person with
        {
            Safeguards = now.Guardians.IsNone
                ? person.Safeguards with { Recovery = command.Rule, NextRecovery = null, NextFrom = 0 }
                : person.Safeguards with { Recovery = now, NextRecovery = command.Rule, NextFrom = context.Time + now.Delay },
        });
        context.Emit(LedgerEventKind.RecoverySet, sender, default);
        return null;
    }

    public static string? Support(LedgerState state, Genesis genesis, AccountId sender, SupportRecovery command, LedgerContext context)
    {
        if (state.Get<AccountEntry>(StateKey.Account(command.Account)) is not { } account)
        {
            return $"Account {command.Account} is not registered.";
        }

        PersonEntry person = PersonEntry.Of(state, command.Account);
        RecoveryRule rule = person.Safeguards.RecoveryAt(context.Time);
        if (!rule.Guardians.Members.Contains(sender) || person.Life.IsDead)
        {
            return $"Account {sender} does not help to recover {command.Account}.";
        }

        if (person.Recovery is { IsUnderWay: true })
        {
            return $"The recovery of {command.Account} is under way already.";
        }

        if (command.Key == account.Key || IsTaken(state, genesis, command.Key))
        {
            return $"Key {command.Key} is that of an account: make new ones.";
        }

        var support = new RecoverySupport(sender, command.Key, command.AgreementKey);
        ImmutableArray<RecoverySupport> supports =
        [
            .. (person.Recovery?.Supports ?? []).Where(s => s.Guardian != sender && rule.Guardians.Members.Contains(s.Guardian)),
            support,
        ];
        ImmutableArray<RecoverySupport> agreeing = [.. supports.Where(s => s with { Guardian = sender } == support)];
        bool isEnough = agreeing.Length >= rule.Guardians.Needed;
        state.Put(StateKey.Person(command.Account), person with
        {
            Recovery = isEnough ? new RecoveryProgress(agreeing, context.Time + rule.Delay) : new RecoveryProgress(supports, 0),
        });
        context.Emit(
            isEnough ? LedgerEventKind.RecoveryBegun : LedgerEventKind.RecoverySupported, command.Account, sender.Value);
        return null;
    }

    public static string? Veto(LedgerState state, AccountId sender, LedgerContext context)
    {
        PersonEntry person = PersonEntry.Of(state, sender);
        if (person.Recovery is null)
        {
            return $"Nobody wants to recover account {sender}.";
        }

        state.Put(StateKey.Person(sender), person with { Recovery = null });
        context.Emit(LedgerEventKind.RecoveryVetoed, sender, default);
        return null;
    }

    public static string? Finish(LedgerState state, Genesis genesis, PublicKey key, FinishRecovery command, LedgerContext context)
    {
        PersonEntry person = PersonEntry.Of(state, command.Account);
        if (person.Recovery is not { IsUnderWay: true } recovery)
        {
            return $"No recovery of account {command.Account} is under way.";
        }

        if (context.Time < recovery.Due)
        {
            return $"The present key of account {command.Account} can veto for {recovery.Due - context.Time} ms more.";
        }

        RecoverySupport agreed = recovery.Supports[0];
        if (key != agreed.Key || IsTaken(state, genesis, key))
        {
            return $"The recovery of account {command.Account} is finished with the key that its guardians named and nobody has.";
        }

        StateKey place = StateKey.Account(command.Account);
        state.Put(place, state.Get<AccountEntry>(place)! with { Key = agreed.Key, AgreementKey = agreed.AgreementKey });
        state.Put(StateKey.KeyHolder(agreed.Key), new KeyHolder(command.Account));
        state.Put(StateKey.Person(command.Account), person with { Recovery = null });
        context.Emit(LedgerEventKind.KeyReplaced, command.Account, default);
        return null;
    }

    /// <summary>Whether a key names an account, or signs for one.</summary>
    private static bool IsTaken(LedgerState state, Genesis genesis, PublicKey key) =>
        state.Get<AccountEntry>(StateKey.Account(KeyHolder.Of(state, genesis.Chain, key))) is not null;
}
