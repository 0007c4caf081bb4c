using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>What a validator may start after: each part of a checkpoint is proved, or the whole is refused.</summary>
[TestFixture]
public sealed class CheckpointTests
{
    private static readonly ChainId Chain = new(Digest.Of("checkpoints"u8));
    private static readonly SigningKey[] Keys = [.. Enumerable.Range(1, 8)
        .Select(i => SigningKey.FromSeed([.. Enumerable.Repeat((byte)i, SigningKey.SeedSize)]))];

    private static readonly ValidatorSet First = SetOf(0, 1, 2, 3);
    private static readonly ValidatorSet Second = SetOf(4, 5, 6, 7);
    private static readonly OrderingState Ordering = new([.. Enumerable.Range(0, 4).Select(BatchReference.Start)], LeaderHistory.Empty);
    private static readonly ValidatorHistory Genesis = new(Chain, First);

    /// <summary>Block 20 ends epoch 0.</summary>
    private static readonly BlockHeader End = HeaderOf(20, default, 0, First) with { NextValidators = Second.Hash };
    private static readonly Handoff Handoff = new(End, Seal(End, 0, 1, 2), Second);
    private static readonly BlockHeader Header = HeaderOf(30, default, 1, Second) with { Ordering = Ordering.Hash() };
    private static readonly BlockHeader Later = HeaderOf(31, Header.Hash, 1, Second);
    private static readonly Checkpoint Good = new(Header, [Later], Seal(Later, 4, 5, 7), Ordering, [Handoff]);

    [Test]
    public void Checkpoint_leads_back_to_the_genesis()
    {
        ValidatorHistory history = Good.TryVerify(Genesis)!;
        Assert.That(history.Latest.Validators.Hash, Is.EqualTo(Second.Hash));
        Assert.That((Good with { Handoffs = [] }).TryVerify(history), Is.Not.Null, "whoever knows the epoch needs no handoff");
    }

    [Test]
    public void Last_block_of_an_epoch_is_one_to_start_after_with_its_own_handoff()
    {
        ValidatorHistory history = AtTheEnd.TryVerify(Genesis)!;
        Assert.That(history.Latest.Validators.Hash, Is.EqualTo(Second.Hash));
        Assert.That(AtTheEnd.TryVerify(history), Is.Not.Null, "whoever is in the next epoch already may lack the state");
        Assert.That(AtTheEnd.Complete(history).Handoffs, Has.Length.EqualTo(1));
    }

    [TestCaseSource(nameof(Bad))]
    public void Wrong_checkpoint_is_refused(object checkpoint) => Assert.That(((Checkpoint)checkpoint).TryVerify(Genesis), Is.Null);

    [Test]
    public void Store_gives_back_what_it_was_given()
    {
        (Checkpoint checkpoint, ValidatorHistory history) = Checkpoint.Read(Good.ToAnchor(), Genesis);
        Assert.That(checkpoint.Header, Is.EqualTo(Header));
        Assert.That(history.Latest.Number, Is.EqualTo(1));
    }

    [Test]
    public void Store_of_another_chain_is_refused()
    {
        var other = new ValidatorHistory(new ChainId(Digest.Of([1])), First);
        Assert.That(() => Checkpoint.Read(Good.ToAnchor(), other), Throws.TypeOf<StorageException>().With.Message.Contains("block 30"));
        Assert.That(
            () => Checkpoint.Read(Good.ToAnchor() with { Content = new byte[] { 1 } }, Genesis), Throws.TypeOf<StorageException>());
    }

    private static IEnumerable<TestCaseData> Bad()
    {
        yield return Case("no_handoff", Good with { Handoffs = [] });
        yield return Case("handoff_by_too_few", Good with { Handoffs = [Handoff with { Seal = Seal(End, 0, 1) }] });
        yield return Case("handoff_by_the_next_validators", Good with { Handoffs = [Handoff with { Seal = Seal(End, 4, 5, 6) }] });
        yield return Case("handoff_to_others", Good with { Handoffs = [Handoff with { Next = SetOf(4, 5, 6, 0) }] });
        yield return Case("handoff_of_no_end", Good with { Handoffs = [OfNoEnd()] });
        yield return Case("seal_by_too_few", Good with { Seal = Seal(Later, 4, 5) });
        yield return Case("seal_by_one_as_three", Good with { Seal = Seal(Later, 4, 4, 4) });
        yield return Case("seal_by_the_last_validators", Good with { Seal = Seal(Later, 0, 1, 2) });
        yield return Case("seal_of_another_block", Good with { Seal = Seal(Header, 4, 5, 7) });
        yield return Case("later_header_that_does_not_follow", Unlinked());
        yield return Case("other_frontier", Good with { Ordering = Ordering with { Frontier = [] } });
        yield return Case("other_leaders", Good with { Ordering = Ordering with { Leaders = LeaderHistory.Empty with { Slot = 9 } } });
        yield return Case("other_state", Good with { Header = Header with { StateRoot = Digest.Of([9]) } });
        yield return Case("end_of_an_epoch_alone", AtTheEnd with { Handoffs = [] });
        yield return Case("end_of_an_epoch_with_another", AtTheEnd with { Handoffs = [Handoff] });
        yield return Case("end_of_an_epoch_sealed_otherwise", AtTheEnd with { Seal = Seal(Header, 0, 1, 2) });
        yield return Case("end_of_an_epoch_and_more", AtTheEnd with { Later = [Later] });
        yield return Case("end_of_an_epoch_with_other_frontier", AtTheEnd with { Ordering = Ordering with { Frontier = [] } });
    }

    private static Checkpoint AtTheEnd
    {
        get
        {
            BlockHeader end = End with { Ordering = Ordering.Hash() };
            SealCertificate seal = Seal(end, 0, 1, 2);
            return new Checkpoint(end, [], seal, Ordering, [new Handoff(end, seal, Second)]);
        }
    }

    private static TestCaseData Case(string name, Checkpoint checkpoint) => new TestCaseData(checkpoint).SetArgDisplayNames(name);

    private static Handoff OfNoEnd()
    {
        BlockHeader header = End with { NextValidators = default };
        return new Handoff(header, Seal(header, 0, 1, 2), Second);
    }

    private static Checkpoint Unlinked()
    {
        BlockHeader stray = Later with { Previous = Digest.Of([3]) };
        return Good with { Later = [stray], Seal = Seal(stray, 4, 5, 7) };
    }

    private static ValidatorSet SetOf(params int[] keys) => new(
        [.. keys.Select(i => new Validator(Keys[i].PublicKey, default, MachineHarness.OperatorKeyOf(Keys[i].PublicKey)))]);

    private static BlockHeader HeaderOf(long height, Digest previous, long epoch, ValidatorSet validators) => new(
        Chain,
        new BlockHeight(height),
        previous,
        Digest.Of([1]),
        Digest.Of([2]),
        Digest.Of([3]),
        Digest.Of([4]),
        default,
        1_000 + height,
        epoch,
        validators.Hash);

    private static SealCertificate Seal(BlockHeader header, params int[] signers)
    {
        byte[] statement = SealCertificate.Statement(Chain, header.Epoch, header.Height, header.Hash);
        ImmutableArray<ValidatorSignature> signatures =
            [.. signers.Select(i => new ValidatorSignature(i % 4, Keys[i].Sign(statement)))];
        return new SealCertificate(Chain, header.Epoch, header.Height, header.Hash, signatures);
    }
}
