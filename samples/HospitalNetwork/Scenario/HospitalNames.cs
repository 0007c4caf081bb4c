using System.Collections.Immutable;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>The three hospitals, each with an account chain of its name.</summary>
internal static class HospitalNames
{
    public static readonly ImmutableArray<string> All = ["st-mary", "north-clinic", "city-lab"];
}
