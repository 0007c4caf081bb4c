using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>Suspension: by the administrator, by a finding, or by itself when a review is overdue. The last follows from block time alone,
/// so nobody can hold it up and no transaction is needed.</summary>
internal static class StandingRules
{
    /// <summary>Why an account is suspended; <see langword="null"/> when it is not.</summary>
    /// <param name="state">The state.</param>
    /// <param name="account">The account.</param>
    /// <param name="time">Block time; 0 when it is not known.</param>
    public static string? ProblemOf(LedgerState state, AccountId account, long time) =>
        state.Get<PersonEntry>(StateKey.Person(account)) is { } person ? ProblemOf(account, person.Standing, time) : null;

    public static string? ProblemOf(AccountId account, AccountStanding standing, long time) => standing.Cause switch
    {
        SuspensionCause.Administrator => $"Account {account} is suspended by the administrator.",
        SuspensionCause.NotJustified => $"Account {account} is suspended: an emergency access was found not justified.",
        _ => standing.IsOverdue(time)
            ? $"Account {account} is suspended until emergency access {standing.Unreviewed} is reviewed, which is overdue."
            : null,
    };

    /// <summary>Puts what is known of an account's standing.</summary>
    public static void Put(LedgerState state, AccountId account, AccountStanding standing) =>
        state.Put(StateKey.Person(account), PersonEntry.Of(state, account) with { Standing = standing });

    public static string? Suspend(LedgerState state, Genesis genesis, AccountId sender, SuspendAccount command, LedgerContext context)
    {
        if (sender != genesis.Administrator)
        {
            return "Only the chain's administrator suspends accounts.";
        }

        if (command.Account == genesis.Administrator || state.Get<AccountEntry>(StateKey.Account(command.Account)) is null)
        {
            return $"Account {command.Account} is the administrator's, or is not registered.";
        }

        AccountStanding standing = PersonEntry.Of(state, command.Account).Standing;
        if (standing.Cause == SuspensionCause.Administrator)
        {
            return $"Account {command.Account} is suspended already.";
        }

        Put(state, command.Account, standing with { Cause = SuspensionCause.Administrator, Reason = command.Reason });
        context.Emit(LedgerEventKind.AccountSuspended, command.Account, command.Reason);
        return null;
    }

    public static string? Reinstate(LedgerState state, Genesis genesis, AccountId sender, ReinstateAccount command, LedgerContext context)
    {
        if (sender != genesis.Administrator)
        {
            return "Only the chain's administrator reinstates accounts.";
        }

        AccountStanding standing = PersonEntry.Of(state, command.Account).Standing;
        if (standing.Cause == SuspensionCause.None)
        {
            return standing.IsOverdue(context.Time)
                ? $"Account {command.Account} is suspended until emergency access {standing.Unreviewed} is reviewed: have it reviewed."
                : $"Account {command.Account} is not suspended.";
        }

        Put(state, command.Account, standing with { Cause = SuspensionCause.None, Reason = command.Reason });
        context.Emit(LedgerEventKind.AccountReinstated, command.Account, command.Reason);
        return null;
    }
}
