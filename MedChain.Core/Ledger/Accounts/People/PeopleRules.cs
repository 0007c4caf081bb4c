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
            AppointGuardian appoint => GuardianRules.Appoint(state, genesis, transaction.Sender, appoint, context),
            EndGuardianship end => GuardianRules.End(state, genesis, transaction.Sender, end, context),
            SetMajority majority => GuardianRules.SetMajority(state, genesis, transaction.Sender, majority, context),
            RequireConsent require => ConsentRules.Require(state, transaction.Sender, require, context),
            GiveConsent consent => ConsentRules.Give(state, transaction.Sender, consent, context),
            SetDirective directive => DeathRules.Direct(state, transaction.Sender, directive, context),
            AttestDeath death => DeathRules.Attest(state, transaction.Sender, death, context),
            SetRecovery recovery => RecoveryRules.Set(state, transaction.Sender, recovery, context),
            SupportRecovery support => RecoveryRules.Support(state, genesis, transaction.Sender, support, context),
            VetoRecovery => RecoveryRules.Veto(state, transaction.Sender, context),
            FinishRecovery finish => RecoveryRules.Finish(state, genesis, transaction.Key, finish, context),
            var other => $"An account chain has no command {other.GetType().Name}.",
        };
}
