using CsCheck;
using MedChain.Core.Ledger.Tasks;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Tasks;

/// <summary>Tasks over two account chains with a relay that loses, delays, repeats and forges, one executor that lies, patients who leave,
/// and clocks that jump.</summary>
[TestFixture]
public sealed class FaultyRelayTests
{
    private const int Steps = 150;

    [Test]
    public void Invariants_hold_in_every_interleaving_and_an_honest_relay_brings_the_task_to_its_end() =>
        Gen.Int[0, int.MaxValue - 1].Sample(
            seed =>
            {
                using var world = new TaskWorld(seed);
                for (int step = 0; step < Steps && world.Task.Phase != TaskPhase.Closed; step++)
                {
                    world.Step();
                }

                world.FinishHonestly();
                Assert.That(world.Task.Phase, Is.EqualTo(TaskPhase.Closed));
                world.CheckUses();
            },
            iter: 40,
            threads: 1);
}
