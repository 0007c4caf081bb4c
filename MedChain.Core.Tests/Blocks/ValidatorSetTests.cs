using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Blocks;

/// <summary>The sizes that follow from the number of validators, and the sets that are none.</summary>
[TestFixture]
public sealed class ValidatorSetTests
{
    [Test]
    public void Quorums_are_safe_and_live_for_every_size([Range(1, ValidatorSet.MaxCount)] int count)
    {
        ValidatorSet set = Set(count);
        Assert.That(set.Count, Is.EqualTo(count));
        Assert.That(3 * set.MaxFaulty, Is.LessThan(count), "fewer than a third may be faulty");
        Assert.That(3 * (set.MaxFaulty + 1), Is.GreaterThanOrEqualTo(count), "and no more could be");
        Assert.That((2 * set.Quorum) - count, Is.GreaterThanOrEqualTo(set.Weak), "two quorums share an honest validator");
        Assert.That((2 * (set.Quorum - 1)) - count, Is.LessThan(set.Weak), "and smaller ones might not");
        Assert.That(set.Quorum, Is.LessThanOrEqualTo(count - set.MaxFaulty), "the honest ones alone are a quorum");
    }

    [TestCase(1, 0, 1)]
    [TestCase(4, 1, 3)]
    [TestCase(5, 1, 4)]
    [TestCase(7, 2, 5)]
    [TestCase(10, 3, 7)]
    [TestCase(64, 21, 43)]
    public void Known_sizes(int count, int maxFaulty, int quorum)
    {
        ValidatorSet set = Set(count);
        Assert.That((set.MaxFaulty, set.Quorum), Is.EqualTo((maxFaulty, quorum)));
    }

    [Test]
    public void No_validators_too_many_and_repeated_voting_keys_are_refused()
    {
        ImmutableArray<Validator> four = Set(4).Members;
        Assert.That(() => new ValidatorSet([]), Throws.ArgumentException.With.Message.Contains("not 0"));
        Assert.That(() => new ValidatorSet(default), Throws.ArgumentException);
        Assert.That(() => Set(65), Throws.ArgumentException.With.Message.Contains("not 65"));
        Assert.That(() => new ValidatorSet(four.SetItem(3, four[0])), Throws.ArgumentException.With.Message.Contains("occurs twice"));
        Validator twoRoles = four[3] with { OperatorKey = four[0].VotingKey };
        Assert.That(() => new ValidatorSet(four.SetItem(3, twoRoles)), Throws.ArgumentException.With.Message.Contains("occurs twice"));
    }

    [Test]
    public void Encoded_set_with_a_repeated_voting_key_is_malformed()
    {
        byte[] encoded = Canonical.Encode(Set(2));
        encoded.AsSpan(2, 34).CopyTo(encoded.AsSpan(2 + 103));
        Assert.That(() => Canonical.Decode<ValidatorSet>(encoded), Throws.InstanceOf<MalformedDataException>());
    }

    [Test]
    public void Order_of_the_validators_is_part_of_the_hash()
    {
        ImmutableArray<Validator> members = Set(4).Members;
        Assert.That(new ValidatorSet([.. members.Reverse()]).Hash, Is.Not.EqualTo(Set(4).Hash));
        Assert.That(new ValidatorSet(members).Hash, Is.EqualTo(Set(4).Hash));
    }

    [Test]
    public void Validator_out_of_range_signed_nothing([Values(-1, 4, int.MaxValue)] int index) =>
        Assert.That(Set(4).Verify(index, [], default), Is.False);

    private static ValidatorSet Set(int count) => new(
        [.. Enumerable.Range(0, count).Select(i => new Validator(
            new PublicKey(Digest.Of([(byte)i]).ToArray()),
            new AgreementKey(Digest.Of([(byte)i, 1]).ToArray()),
            new PublicKey(Digest.Of([(byte)i, 2]).ToArray())))]);
}
