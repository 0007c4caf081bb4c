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
            ?? BasisProblem(state, request, decision, time)
            ?? EmergencyRules.ReleaseProblem(state, request, time);
    }

    /// <summary>Whether what the decision rests on is still so: the guardian's office, the life of the patient, the grant's
    /// consents.</summary>
    private static string? BasisProblem(LedgerState state, Digest request, DecisionEntry decision, long time) => decision.Outcome switch
    {
        DecisionOutcome.Guardian => GuardianRules.May(state, decision.Patient, decision.Requester, GuardianScopes.Read, time)
            ? null
            : $"The requester of {request} is no guardian any more who may read, or this validator does not know the time yet.",
        DecisionOutcome.OwnRecord => PersonEntry.Of(state, decision.Patient).Life.IsDead ? "The patient has died." : null,
        _ => decision.Grants.Select(use => ConsentRules.Pause(state, decision.Patient, use.Grant, action: "", time))
                .FirstOrDefault(found => found is not null) is { } pause
            ? $"The grant that permitted request {request} opens nothing at present: {pause}."
            : null,
    };
}
