using System.Collections.Immutable;
using MedChain.Core.Computations;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Tasks;

/// <summary>What a researcher asks for.</summary>
/// <param name="Computation">What is computed.</param>
/// <param name="Purpose">HL7 v3 purpose of use, such as "HRESCH".</param>
/// <param name="MinimumCohort">Fewest patients the result may be about, at least <see cref="LeastCohort"/>.</param>
/// <param name="Deadline">Block time in milliseconds since the Unix epoch after which the task expires.</param>
/// <param name="Chains">The account chains asked, sorted and different.</param>
internal sealed record TaskRequest(
    Computation Computation, string Purpose, long MinimumCohort, long Deadline, ImmutableArray<ChainId> Chains) : ICanonical<TaskRequest>
{
    public const int MaxPurposeBytes = 64;
    public const int MaxChains = 256;
    public const int LeastCohort = 2;

    /// <summary>Longest life of a task: a week.</summary>
    public const long MaxLifetime = 7L * 24 * 60 * 60 * 1_000;

    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem()
    {
        if (Purpose.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(Purpose) > MaxPurposeBytes)
        {
            return $"A task names its purpose of use in 1 to {MaxPurposeBytes} bytes.";
        }

        if (Chains.Length is 0 or > MaxChains)
        {
            return $"A task asks 1 to {MaxChains} account chains, not {Chains.Length}.";
        }

        if (MinimumCohort < LeastCohort)
        {
            return $"A minimum cohort of {MinimumCohort}; the least is {LeastCohort}.";
        }

        for (int i = 1; i < Chains.Length; i++)
        {
            if (Chains[i - 1].Value >= Chains[i].Value)
            {
                return "A task's account chains are sorted and different.";
            }
        }

        return null;
    }

    void ICanonical<TaskRequest>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Computation);
        writer.Write(Purpose);
        writer.Write(MinimumCohort);
        writer.Write(Deadline);
        writer.WriteDigests([.. Chains.Select(c => c.Value)]);
    }

    static TaskRequest ICanonical<TaskRequest>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new TaskRequest(
            reader.Read<Computation>(),
            reader.ReadString(MaxPurposeBytes),
            reader.ReadNonNegative(),
            reader.ReadNonNegative(),
            [.. reader.ReadDigests(MaxChains).Select(d => new ChainId(d))]);
    }
}
