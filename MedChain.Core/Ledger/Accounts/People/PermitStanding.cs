using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>Whether a committed permit still opens anything: what custodians look at in the present, besides the grant.</summary>
internal static class PermitStanding
{
    /// <summary>Why nothing is released; <see langword="null"/> when it may be.</summary>
    /// <param name="state">The state as it is.</param>
    /// <param name="request">The request.</param>
    /// <param name="decision">What was decided about it.</param>
    /// <param name="time">Block time of the state; 0 when it is not known.</param>
    public static string? ProblemOf(LedgerState state, Digest request, DecisionEntry decision, long time)
    {
        if (state.Get<AccountEntry>(StateKey.Account(decision.Requester))?.AgreementKey != decision.Recipient)
        {
            return $"The requester has other keys since request {request} was decided: ask again.";
        }

        return StandingRules.ProblemOf(state, decision.Requester, time)
            ?? StandingRules.ProblemOf(state, decision.Patient, time)
            ?? EmergencyRules.ReleaseProblem(state, request, time);
    }
}
