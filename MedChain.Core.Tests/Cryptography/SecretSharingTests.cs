using System.Collections.Immutable;
using CsCheck;
using MedChain.Core.Cryptography;
using NUnit.Framework;

namespace MedChain.Core.Tests.Cryptography;

/// <summary>Verifiable secret sharing: a threshold restores, fewer do not, and a wrong share is seen.</summary>
[TestFixture]
public sealed class SecretSharingTests
{
    /// <summary>A number of shares, a threshold, and an order in which holders come.</summary>
    private static readonly Gen<(int Count, int Threshold, int[] Holders)> Sharings =
        from count in Gen.Int[1, 16]
        from threshold in Gen.Int[1, count]
        from holders in Gen.Shuffle(Enumerable.Range(1, count).ToArray())
        select (count, threshold, holders);

    [Test]
    public void Any_threshold_of_holders_restores_the_secret() =>
        Sharings.Sample(
            (count, threshold, holders) =>
            {
                using DealtSecret dealt = SecretSharing.Deal(threshold, count);
                using SecretScalar restored = Combine(dealt, holders[..threshold]);
                Assert.That(restored.HasSameValue(dealt.Secret));
                Assert.That(restored.Commit(), Is.EqualTo(dealt.Commitments[0]));
            },
            iter: 60);

    [Test]
    public void More_than_the_threshold_restore_it_too() =>
        Sharings.Sample(
            (count, threshold, holders) =>
            {
                using DealtSecret dealt = SecretSharing.Deal(threshold, count);
                using SecretScalar restored = Combine(dealt, holders);
                Assert.That(restored.HasSameValue(dealt.Secret));
            },
            iter: 20);

    [Test]
    public void Fewer_than_the_threshold_give_another_scalar() =>
        Sharings.Where(s => s.Threshold > 1).Sample(
            (count, threshold, holders) =>
            {
                using DealtSecret dealt = SecretSharing.Deal(threshold, count);
                using SecretScalar restored = Combine(dealt, holders[..(threshold - 1)]);
                Assert.That(restored.HasSameValue(dealt.Secret), Is.False);
            },
            iter: 30);

    /// <summary>One share fewer than the threshold fits every secret: with one made-up share it restores whatever that share
    /// says.</summary>
    [Test]
    public void Fewer_than_the_threshold_fit_any_secret()
    {
        using DealtSecret dealt = SecretSharing.Deal(3, 5);
        using var first = SecretScalar.Random();
        using var second = SecretScalar.Random();
        using SecretScalar one = SecretSharing.Combine([(1, dealt.Shares[0]), (2, dealt.Shares[1]), (3, first)]);
        using SecretScalar other = SecretSharing.Combine([(1, dealt.Shares[0]), (2, dealt.Shares[1]), (3, second)]);
        Assert.That(one.HasSameValue(other), Is.False);
    }

    [Test]
    public void Every_share_verifies_for_its_holder_only() =>
        Sharings.Sample(
            (count, threshold, _) =>
            {
                using DealtSecret dealt = SecretSharing.Deal(threshold, count);
                for (int i = 1; i <= count; i++)
                {
                    Assert.That(SecretSharing.VerifyShare(dealt.Commitments.AsSpan(), i, dealt.Shares[i - 1]));
                    bool elsewhere = SecretSharing.VerifyShare(dealt.Commitments.AsSpan(), (i % count) + 1, dealt.Shares[i - 1]);
                    Assert.That(elsewhere, Is.EqualTo(count == 1 || threshold == 1));
                }
            },
            iter: 15);

    [Test]
    public void Share_with_any_byte_changed_is_detected()
    {
        using DealtSecret dealt = SecretSharing.Deal(3, 4);
        byte[] bytes = dealt.Shares[1].Export();
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 1;
            if (SecretScalar.TryImport(changed, out SecretScalar? share))
            {
                Assert.That(SecretSharing.VerifyShare(dealt.Commitments.AsSpan(), 2, share), Is.False, $"byte {i}");
                share.Dispose();
            }
        }
    }

    [Test]
    public void Changed_missing_or_senseless_commitments_verify_nothing()
    {
        using DealtSecret dealt = SecretSharing.Deal(3, 4);
        using DealtSecret other = SecretSharing.Deal(3, 4);
        ImmutableArray<RistrettoPoint> commitments = dealt.Commitments;
        RistrettoPoint noPoint = new([.. Enumerable.Repeat((byte)0xff, 32)]);
        ImmutableArray<RistrettoPoint>[] wrong =
        [
            [],
            commitments.RemoveAt(2),
            commitments.SetItem(1, other.Commitments[1]),
            commitments.SetItem(0, noPoint),
            commitments.SetItem(2, noPoint),
            [.. Enumerable.Repeat(commitments[0], SecretSharing.MaxShares + 1)],
        ];
        foreach (ImmutableArray<RistrettoPoint> changed in wrong)
        {
            Assert.That(SecretSharing.VerifyShare(changed.AsSpan(), 1, dealt.Shares[0]), Is.False);
        }

        Assert.That(SecretSharing.VerifyShare(commitments.AsSpan(), 0, dealt.Shares[0]), Is.False);
        Assert.That(SecretSharing.VerifyShare(commitments.AsSpan(), 65, dealt.Shares[0]), Is.False);
    }

    /// <summary>New holders get shares of the same secret without anybody restoring it: each old holder deals its share, and each new
    /// holder combines what it got.</summary>
    [Test]
    public void Five_of_seven_old_holders_move_the_secret_to_ten_new_ones()
    {
        using DealtSecret old = SecretSharing.Deal(5, 7);
        int[] online = [1, 3, 4, 6, 7];
        DealtSecret[] moved = [.. online.Select(i => SecretSharing.Deal(old.Shares[i - 1], 7, 10))];
        for (int i = 0; i < online.Length; i++)
        {
            Assert.That(SecretSharing.TryEvaluate(old.Commitments.AsSpan(), online[i], out RistrettoPoint share));
            Assert.That(moved[i].Commitments[0], Is.EqualTo(share), "a holder deals its own share and no other");
        }

        RistrettoPoint[] commitments = [.. Enumerable.Range(0, 7).Select(j => CombinedCommitment(online, moved, j))];
        SecretScalar[] shares =
        [
            .. Enumerable.Range(0, 10).Select(j => SecretSharing.Combine([.. online.Select((holder, i) => (holder, moved[i].Shares[j]))])),
        ];
        Assert.That(commitments[0], Is.EqualTo(old.Commitments[0]));
        Assert.That(shares.Index().All(s => SecretSharing.VerifyShare(commitments, s.Index + 1, s.Item)));
        using SecretScalar restored = SecretSharing.Combine([.. new[] { 10, 2, 3, 9, 5, 6, 8 }.Select(j => (j, shares[j - 1]))]);
        Assert.That(restored.HasSameValue(old.Secret));
        Array.ForEach(moved, m => m.Dispose());
        Array.ForEach(shares, s => s.Dispose());
    }

    [Test]
    public void Sizes_and_holders_that_make_no_sense_are_the_callers_mistake()
    {
        using DealtSecret dealt = SecretSharing.Deal(2, 3);
        (int, SecretScalar) share = (1, dealt.Shares[0]);
        Assert.That(() => SecretSharing.Deal(0, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => SecretSharing.Deal(3, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => SecretSharing.Deal(1, 65), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => SecretSharing.Combine([]), Throws.ArgumentException);
        Assert.That(() => SecretSharing.Combine([(0, dealt.Shares[0])]), Throws.ArgumentException);
        Assert.That(() => SecretSharing.Combine([share, share]), Throws.ArgumentException.With.Message.Contains("different holders"));
    }

    private static RistrettoPoint CombinedCommitment(int[] holders, DealtSecret[] moved, int coefficient)
    {
        (int, RistrettoPoint)[] commitments = [.. holders.Select((holder, i) => (holder, moved[i].Commitments[coefficient]))];
        Assert.That(SecretSharing.TryCombine(commitments, out RistrettoPoint combined));
        return combined;
    }

    private static SecretScalar Combine(DealtSecret dealt, int[] holders) =>
        SecretSharing.Combine([.. holders.Select(i => (i, dealt.Shares[i - 1]))]);
}
