using System.Collections.Immutable;
using MedChain.Core.Computations;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>Who should take part in a task, worked out from what the patients set and how often their grants were used. The chains' own
/// answer is compared with it.</summary>
internal static class CohortForecast
{
    /// <summary>Works out the cohort that everyone in it agrees to.</summary>
    /// <returns>The patients; none when they are fewer than <paramref name="minimumCohort"/>.</returns>
    public static ImmutableArray<Member> Of(IEnumerable<Member> members, Computation computation, string purpose, int minimumCohort)
    {
        List<Member> cohort = [.. members.Where(member => IsWilling(member, computation, purpose))];
        while (cohort.Count >= minimumCohort)
        {
            int count = cohort.Count;
            if (cohort.RemoveAll(member => member.Plan.MinimumCohort > count) == 0)
            {
                return [.. cohort];
            }
        }

        return [];
    }

    private static bool IsWilling(Member member, Computation computation, string purpose) =>
        member.Content(computation.Category) is not null
        && member.Grant is { } grant
        && member.Plan.Permits(computation, purpose, member.Patient.UsesOf(grant));
}
