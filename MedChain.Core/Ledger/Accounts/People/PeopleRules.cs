using MedChain.Core.Ledger.Accounts.BreakGlass;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>Which rules a command about people falls under.</summary>
internal static class PeopleRules
{
    public static string? Apply(
        LedgerState state, Genesis genesis, Transaction transaction, PeopleCommand command, LedgerContext context) =>
        command switch
        {
            ReviewEmergency review => EmergencyRules.Review(state, transaction.Sender, review, context),
            SuspendAccount suspend => StandingRules.Suspend(state, genesis, transaction.Sender, suspend, context),
            ReinstateAccount reinstate => StandingRules.Reinstate(state, genesis, transaction.Sender, reinstate, context),
            var other => $"An account chain has no command {other.GetType().Name}.",
        };
}
