using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Consensus;
using NUnit.Framework;

namespace MedChain.Core.Tests.Blocks;

/// <summary>From the validators of genesis to those of any epoch, through handoff certificates alone.</summary>
[TestFixture]
public sealed class ValidatorHistoryTests
{
    private static readonly ChainId Chain = new(Digest.Of([9]));
    private readonly SigningKey[] _keys = [.. Enumerable.Range(1, 6).Select(i => SigningKey.FromSeed([.. Enumerable.Repeat((byte)i, 32)]))];

    [OneTimeTearDown]
    public void Dispose() => Array.ForEach(_keys, k => k.Dispose());

    [Test]
    public void Handoff_leads_to_the_next_epoch()
    {
        ValidatorHistory history = Start().TryAdd(End(0, 70, [0, 1, 2, 3], [0, 1, 2, 3, 4]))!;
        Assert.That(history.Latest, Is.EqualTo(new ChainEpoch(1, new BlockHeight(70), history.Find(1)!.Validators)));
        Assert.That(history.Latest.Validators.Hash, Is.EqualTo(Set(0, 1, 2, 3, 4).Hash));
    }

    [Test]
    public void Seal_counts_in_the_epoch_of_its_header_only()
    {
        ValidatorHistory history = Start().TryAdd(End(0, 70, [0, 1, 2, 3], [1, 2, 3, 4]))!;
        BlockHeader old = Header(0, 60, Set(0, 1, 2, 3));
        BlockHeader late = Header(0, 71, Set(0, 1, 2, 3));
        BlockHeader current = Header(1, 71, Set(1, 2, 3, 4));
        Assert.That(history.Verify(old, Seal(old, 0, 1, 2)));
        Assert.That(history.Verify(current, Seal(current, 1, 2, 4)));
        Assert.That(history.Verify(current, Seal(current, 0, 1, 2)), Is.False, "signed by a removed validator");
        Assert.That(Start().Verify(current, Seal(current, 1, 2, 4)), Is.False, "of an epoch not known");
        Assert.That(history.Verify(late with { Epoch = 1 }, Seal(late with { Epoch = 1 }, 0, 1, 2)), Is.False, "of another set");
    }

    [Test]
    public void Handoff_that_does_not_end_the_latest_epoch_is_refused()
    {
        ValidatorHistory start = Start();
        Handoff good = End(0, 70, [0, 1, 2, 3], [0, 1, 2, 4]);
        BlockHeader ordinary = Header(0, 70, Set(0, 1, 2, 3));
        Assert.That(start.TryAdd(good with { Next = Set(0, 1, 2, 5) }), Is.Null, "another set than the header's");
        Assert.That(start.TryAdd(new Handoff(ordinary, Seal(ordinary, 0, 1, 2), Set(0, 1, 2, 4))), Is.Null, "not the last block");
        Assert.That(start.TryAdd(good with { Seal = Seal(good.Header, 0, 1) }), Is.Null, "no quorum");
        Assert.That(start.TryAdd(End(1, 70, [0, 1, 2, 3], [0, 1, 2, 4])), Is.Null, "another epoch");
        Assert.That(start.TryAdd(good)!.TryAdd(good), Is.Null, "the epoch before");
    }

    [Test]
    public void Blocks_are_found_in_their_epochs()
    {
        ValidatorHistory history = Start().TryAdd(End(0, 70, [0, 1, 2, 3], [1, 2, 3, 4]))!.TryAdd(End(1, 200, [1, 2, 3, 4], [2, 3, 4, 5]))!;
        Assert.That(
            new long[] { 1, 70, 71, 200, 201, 9_000 }.Select(h => history.At(new BlockHeight(h)).Number), Is.EqualTo([0, 0, 1, 1, 2, 2]));
    }

    [Test]
    public void History_is_read_back_from_its_bytes()
    {
        ValidatorHistory history = Start().TryAdd(End(0, 70, [0, 1, 2, 3], [1, 2, 3, 4]))!.TryAdd(End(1, 200, [1, 2, 3, 4], [2, 3, 4, 5]))!;
        Assert.That(ValidatorHistory.TryRead(history.ToBytes(), Chain, Set(0, 1, 2, 3), out ValidatorHistory? read));
        Assert.That(read!.Epochs.Select(e => e.Validators.Hash), Is.EqualTo(history.Epochs.Select(e => e.Validators.Hash)));
        Assert.That(ValidatorHistory.TryRead(history.ToBytes(), Chain, Set(0, 1, 2, 4), out _), Is.False, "another genesis");
        Assert.That(ValidatorHistory.TryRead(history.ToBytes().AsMemory(1), Chain, Set(0, 1, 2, 3), out _), Is.False, "malformed");
    }

    private static BlockHeader Header(long epoch, long height, ValidatorSet validators, ValidatorSet? next = null) => new(
        Chain,
        new BlockHeight(height),
        default,
        default,
        default,
        default,
        default,
        default,
        height,
        epoch,
        validators.Hash,
        next?.Hash ?? default);

    private ValidatorHistory Start() => new(Chain, Set(0, 1, 2, 3));

    private Handoff End(long epoch, long height, int[] validators, int[] next)
    {
        BlockHeader header = Header(epoch, height, Set(validators), Set(next));
        return new Handoff(header, Seal(header, validators[..3]), Set(next));
    }

    private ValidatorSet Set(params int[] members) => new(
        [.. members.Select(i => new Validator(_keys[i].PublicKey, default, MachineHarness.OperatorKeyOf(_keys[i].PublicKey)))]);

    /// <summary>Seals as the set that the header names would: signers by their place in it.</summary>
    private SealCertificate Seal(BlockHeader header, params int[] signers)
    {
        byte[] statement = SealCertificate.Statement(header.Chain, header.Epoch, header.Height, header.Hash);
        int first = new[] { 0, 1, 2 }.First(f => f == 2 || Set(f, f + 1, f + 2, f + 3).Hash == header.Validators);
        ImmutableArray<ValidatorSignature> signatures =
            [.. signers.Select(s => new ValidatorSignature(Math.Max(0, s - first), _keys[s].Sign(statement)))];
        return new SealCertificate(header.Chain, header.Epoch, header.Height, header.Hash, signatures);
    }
}
