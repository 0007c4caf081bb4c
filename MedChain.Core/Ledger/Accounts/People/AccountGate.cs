using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>What may not be sent in an account's name because of its holder, whatever the command's own rules say.</summary>
internal static class AccountGate
{
    /// <param name="state">The state.</param>
    /// <param name="account">In whose name it is sent.</param>
    /// <param name="command">The command.</param>
    /// <param name="time">Block time.</param>
    /// <param name="isGuardian">Whether a guardian who may, or an executor, sends it.</param>
    public static string? Problem(LedgerState state, AccountId account, Command command, long time, bool isGuardian = false)
    {
        if (state.Get<PersonEntry>(StateKey.Person(account)) is not { } person)
        {
            return null;
        }

        if (person.Life.IsDead && !isGuardian)
        {
            return $"The holder of account {account} has died: its keys do nothing any more.";
        }

        // Whoever has stolen the old key may not use it up, and what cannot be undone waits as well.
        if (person.Recovery is { IsUnderWay: true } && !(command.Narrows && command.NeededScope != GuardianScopes.Erase))
        {
            return $"A recovery of account {account} is under way: veto it, or wait until it is over.";
        }

        if (!isGuardian && person.Life.IsMinor(time) && IsForAdults(command))
        {
            return $"The holder of account {account} is a minor: a guardian does this for her.";
        }

        // Requests pass: they are decided, against the sender, so that patients see them.
        return command.Narrows || command is RequestAccess or RequestEmergencyAccess
            ? null
            : StandingRules.ProblemOf(account, person.Standing, time);
    }

    private static bool IsForAdults(Command command) =>
        command is AppointGuardian or SetDirective
        || command.NeededScope == GuardianScopes.Erase
        || (command.NeededScope == GuardianScopes.Permit && !command.Narrows);
}
