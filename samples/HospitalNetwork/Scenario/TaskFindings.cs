using System.Collections.Immutable;
using MedChain.Core.Clients;
using MedChain.Core.Ledger.Accounts;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>What became of a task, and what the chains say about each patient.</summary>
/// <param name="Name">The task's short name.</param>
/// <param name="Receipt">What the researcher got.</param>
/// <param name="Decisions">Each patient with her decision, in the order of the input.</param>
internal sealed record TaskFindings(
    string Name, TaskReceipt Receipt, ImmutableArray<(Member Member, DecisionOutcome Outcome)> Decisions)
{
    /// <summary>Gets the patients whom the chains let in.</summary>
    public ImmutableArray<Member> Permitted =>
        [.. Decisions.Where(decision => decision.Outcome == DecisionOutcome.Permitted).Select(decision => decision.Member)];

    public DecisionOutcome OutcomeOf(Member member) => Decisions.First(decision => decision.Member == member).Outcome;
}
