using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>What a restarted machine does with a certificate that its log holds.</summary>
[TestFixture]
public sealed class SealingTests
{
    private MachineHarness _before = null!;

    [SetUp]
    public void Begin() => _before = new MachineHarness();

    /// <summary>The log is durable before the store is: a crash in between may lose the certificate there, and when the block is the last
    /// of an epoch, none that comes later can replace it.</summary>
    [Test]
    public void Certificate_of_the_head_is_stored_again_after_a_restart()
    {
        (BlockHeader header, SealCertificate certificate, OrderingState ordering) = SealFirstBlock();

        Effect.Certify again = Restart(header, ordering, anchor: null).OfType<Effect.Certify>().Single();

        Assert.That(again.Header, Is.EqualTo(header));
        Assert.That(Canonical.Encode(again.Certificate), Is.EqualTo(Canonical.Encode(certificate)));
    }

    /// <summary>The store keeps certificates of the blocks that it has.</summary>
    [Test]
    public void Certificate_of_a_block_that_the_store_has_dropped_is_not_stored_again()
    {
        (BlockHeader header, SealCertificate certificate, OrderingState ordering) = SealFirstBlock();

        Assert.That(Restart(header, ordering, new Checkpoint(header, [], certificate, ordering, [])).OfType<Effect.Certify>(), Is.Empty);
    }

    private (BlockHeader Header, SealCertificate Certificate, OrderingState Ordering) SealFirstBlock()
    {
        Cut cut = _before.ProposeBatch(1);
        _before.Decide(1, cut.Digest);
        _before.Step(new Input.BlockExecuted(new BlockHeight(1), default, default, default));
        _before.PersistAll();
        BlockHeader header = _before.Effects.OfType<Effect.StoreBlock>().Single().Header;
        foreach (int validator in new[] { 0, 2, 3 })
        {
            _before.Receive(new SealVote(0, header.Height, header.Hash, validator, default));
        }

        SealCertificate certificate = _before.Effects.OfType<Effect.Certify>().Single().Certificate;
        return (header, certificate, _before.Effects.OfType<Effect.Execute>().Single().Body.Ordering);
    }

    private List<Effect> Restart(BlockHeader header, OrderingState ordering, Checkpoint? anchor)
    {
        var recovered = RecoveredState.Read(new LogContents(_before.Records, null), header, ordering, anchor: anchor);
        List<Effect> effects = [];
        new CbftMachine(_before.Settings, _before, recovered).Step(
            new Input.Started(), new MachineTime(0, MachineHarness.WallClockStart), effects);
        return effects;
    }
}
