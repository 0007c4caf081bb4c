using MedChain.Core.Consensus;

namespace MedChain.Core.Tests.Simulation;

/// <summary>All short schedules of four validators of which some have a twin (after Twins, Bano et al. 2021): in each round the processes
/// are split in one of all ways that keep the copies of some validator apart, or not split at all, and clients submit on both sides.
/// A round is long enough for a change of view, so rounds bring new leaders.</summary>
internal static class TwinsSchedules
{
    private const int Count = 4;
    private const int RoundLength = 450;
    private const ulong All = ulong.MaxValue;

    /// <summary>Makes the schedules in a fixed order.</summary>
    /// <param name="twins">The validators that have a twin.</param>
    /// <param name="rounds">Rounds before everything is connected.</param>
    /// <param name="seed">Feeds the small choices, and says by its remainder whether the chain has the fast path.</param>
    public static IEnumerable<Scenario> Enumerate(IReadOnlyList<int> twins, int rounds, ulong seed = 1)
    {
        ulong[] splits = [0, .. Splits(twins)];
        long schedules = (long)Math.Pow(splits.Length, rounds);
        for (long schedule = 0; schedule < schedules; schedule++)
        {
            ulong[] chosen = new ulong[rounds];
            long rest = schedule;
            for (int i = 0; i < rounds; i++)
            {
                chosen[i] = splits[rest % splits.Length];
                rest /= splits.Length;
            }

            yield return Make(twins, chosen, seed);
        }
    }

    /// <summary>One side of each split: the side of process 0 is left out, for both sides are the same split.</summary>
    private static IEnumerable<ulong> Splits(IReadOnlyList<int> twins)
    {
        int processes = Count + twins.Count;
        for (ulong side = 2; side < 1UL << processes; side += 2)
        {
            bool apart = twins.Select((validator, i) => ((side >> validator) ^ (side >> (Count + i))) & 1).Any(bit => bit != 0);
            if (apart)
            {
                yield return side;
            }
        }
    }

    private static Scenario Make(IReadOnlyList<int> twins, ulong[] splits, ulong seed)
    {
        List<Incident> incidents =
            [.. twins.Select(t => new Incident.Lie(0, long.MaxValue, FaultClass.Twins, t, 100, 0))];
        long nonce = 0;
        for (int round = 0; round < splits.Length; round++)
        {
            long at = round * RoundLength;
            long until = at + RoundLength;
            if (splits[round] != 0)
            {
                incidents.Add(new Incident.Link(at, until, FaultClass.Partition, splits[round], ~splits[round], 100, 0));
                incidents.Add(new Incident.Link(at, until, FaultClass.Partition, ~splits[round], splits[round], 100, 0));
            }

            for (int process = 0; process < Count + twins.Count; process++)
            {
                incidents.Add(new Incident.Submission(at + 20, FaultClass.None, 1UL << process, [new ClientRequest(0, ++nonce, 0, true)]));
            }

            incidents.Add(new Incident.Submission(at + 200, FaultClass.EveryLane, All, [new ClientRequest(1, round + 1, 0, true)]));
        }

        return new Scenario(
            seed,
            Count,
            new CbftLimits
            {
                Window = 3,
                SlotTimeout = TimeSpan.FromMilliseconds(120),
                MaxSlotTimeout = TimeSpan.FromSeconds(1),
                ResendInterval = TimeSpan.FromMilliseconds(40),
            },
            RealSignatures: false,
            RealLedger: false,
            Byzantine: twins.Aggregate(0UL, (mask, twin) => mask | (1UL << twin)),
            Damaged: 0,
            MaxDelay: 4,
            MaxDiskDelay: 2,
            BlocksPerFlush: 3,
            HealAt: splits.Length * RoundLength,
            [.. incidents.OrderBy(i => i.At)]);
    }
}
