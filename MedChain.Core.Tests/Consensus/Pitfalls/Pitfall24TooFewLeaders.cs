using CsCheck;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 24: rotation with a blacklist that leaves fewer than f + 1 leaders.</summary>
[TestFixture]
public sealed class Pitfall24TooFewLeaders
{
    [Test]
    public void Whatever_fails_at_least_n_minus_f_validators_remain_leaders() =>
        Gen.Select(Gen.Int[1, 16], Gen.Select(Gen.Int[0, 15], Gen.Int[1, 600]).Array[0, 60], Gen.Int[0, 700])
            .Sample((n, failures, height) =>
        {
            ValidatorSet validators = MachineHarness.SetOf(n);
            LeaderHistory history = LeaderHistory.Empty with
            {
                Failures = [.. failures.Select(f => new LeaderFailure(f.Item1 % n, f.Item2, 0, 0))],
            };
            int[] order = [.. history.Order(0, height, validators)];
            return order.Distinct().Count() == order.Length
                && order.Length >= n - validators.MaxFaulty
                && order.Length >= Math.Min(n, validators.Weak)
                && history.NextView(new ViewNumber(7), height, validators).Value <= 8 + validators.MaxFaulty;
        });
}
