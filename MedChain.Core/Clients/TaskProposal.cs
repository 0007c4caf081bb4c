using System.Collections.Immutable;
using MedChain.Core.Computations;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>A computing task as its reviewers see it.</summary>
/// <param name="Task">The task.</param>
/// <param name="Researcher">Who asks.</param>
/// <param name="Computation">What is computed.</param>
/// <param name="Purpose">HL7 v3 purpose of use.</param>
/// <param name="MinimumCohort">Fewest patients that a released figure is about.</param>
/// <param name="Chains">The account chains asked.</param>
/// <param name="ReviewBy">Block time after which the task expires without a decision.</param>
public sealed record TaskProposal(
    Digest Task,
    AccountId Researcher,
    Computation Computation,
    string Purpose,
    long MinimumCohort,
    ImmutableArray<ChainId> Chains,
    DateTimeOffset ReviewBy)
{
    internal static TaskProposal Of(Digest id, TaskEntry task) => new(
        id,
        task.Researcher,
        task.Request.Computation,
        task.Request.Purpose,
        task.Request.MinimumCohort,
        task.Request.Chains,
        DateTimeOffset.FromUnixTimeMilliseconds(task.Due));
}
