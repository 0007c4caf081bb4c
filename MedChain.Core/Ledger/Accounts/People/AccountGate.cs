using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>What an account may not send because of its holder, whatever the command's own rules say.</summary>
internal static class AccountGate
{
    public static string? Problem(LedgerState state, AccountId sender, Command command, long time)
    {
        if (state.Get<PersonEntry>(StateKey.Person(sender)) is not { } person)
        {
            return null;
        }

        // Requests pass: they are decided, against the sender, so that patients see them.
        return command.Narrows || command is RequestAccess or RequestEmergencyAccess
            ? null
            : StandingRules.ProblemOf(sender, person.Standing, time);
    }
}
