using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Validators that were configured differently under one chain identifier are named, and not only refused.</summary>
[TestFixture]
public sealed class PeerMismatchTests
{
    private static readonly ValidatorHistory History = new(MachineHarness.Chain, MachineHarness.SetOf(4));
    private static readonly PublicKey Peer = MachineHarness.SetOf(4).Members[2].VotingKey;

    [Test]
    public async Task Engine_names_the_peer_with_other_rules_and_its_validator_set()
    {
        await using var cluster = new EngineCluster(4);
        var other = new ValidatorSet(cluster.Validators.Members, new ConsensusRules { FastPath = true });
        for (int i = 0; i < 3; i++)
        {
            await cluster.StartAsync(i);
        }

        CbftEngineOptions same = cluster.Options(3);
        cluster.Engines[3] = await CbftEngine.StartAsync(new CbftEngineOptions
        {
            Chain = same.Chain,
            Validators = other,
            SigningKey = same.SigningKey,
            Transport = same.Transport,
            Log = same.Log,
            LogStream = same.LogStream,
            BlockStore = same.BlockStore,
            StateMachine = same.StateMachine,
            Limits = same.Limits,
        });
        await cluster.WaitAsync(
            () => cluster.Engines[0]!.Status.Mismatches.Length == 1 && cluster.Engines[3]!.Status.Mismatches.Length == 3,
            "Mismatches on both sides");
        Assert.That(
            cluster.Engines[0]!.Status.Mismatches.Single(),
            Is.EqualTo(new PeerMismatch(other.Members[3].VotingKey, 0, other.Hash, cluster.Validators.Hash)));
        Assert.That(cluster.Engines[1]!.Status.RefusedMessages, Is.Not.Negative);
    }

    [Test]
    public void Peer_that_agrees_again_is_no_longer_named()
    {
        var comparison = new PeerComparison();
        comparison.Compare(Peer, Say(Digest.Of([1])), History);
        Assert.That(comparison.Mismatches.Single().Validators, Is.EqualTo(Digest.Of([1])));
        comparison.Compare(Peer, Say(Digest.Of([2])), History);
        Assert.That(comparison.Mismatches.Single().Validators, Is.EqualTo(Digest.Of([2])), "its last word counts");
        comparison.Compare(Peer, Say(History.Latest.Validators.Hash), History);
        Assert.That(comparison.Mismatches, Is.Empty);
    }

    [Test]
    public void Nothing_is_said_of_epochs_that_are_not_known_here()
    {
        var comparison = new PeerComparison();
        comparison.Compare(Peer, Say(Digest.Of([1])) with { Epoch = 1 }, History);
        Assert.That(comparison.Mismatches, Is.Empty);
    }

    [Test]
    public void Strangers_cannot_fill_the_list()
    {
        var comparison = new PeerComparison();
        for (int i = 0; i < 1_000; i++)
        {
            comparison.Compare(new PublicKey(Digest.Of(BitConverter.GetBytes(i)).ToArray()), Say(Digest.Of([1])), History);
        }

        Assert.That(comparison.Mismatches, Has.Length.EqualTo(ValidatorSet.MaxCount + MachineSettings.MaxGuests));
    }

    private static Status Say(Digest validators) => new(0, default, true, default, default, new BlockHeight(1), validators);
}
