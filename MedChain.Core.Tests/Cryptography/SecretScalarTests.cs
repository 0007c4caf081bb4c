using CsCheck;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using NUnit.Framework;

namespace MedChain.Core.Tests.Cryptography;

/// <summary>Secret scalars: one encoding, sealed and opened without leaving locked memory, gone after disposal.</summary>
[TestFixture]
public sealed class SecretScalarTests
{
    /// <summary>The group's order, little-endian (RFC 9496, section 4.4).</summary>
    private static readonly byte[] Order = Convert.FromHexString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

    [Test]
    public void Only_reduced_scalars_other_than_zero_are_taken()
    {
        byte[] largest = [.. Order];
        largest[0]--;
        Assert.That(SecretScalar.TryImport(largest, out SecretScalar? scalar));
        Assert.That(scalar!.Export(), Is.EqualTo(largest));
        scalar.Dispose();
        byte[][] wrong = [Order, new byte[32], [.. Enumerable.Repeat((byte)0xff, 32)], new byte[31], [.. largest, 0], []];
        foreach (byte[] bytes in wrong)
        {
            Assert.That(SecretScalar.TryImport(bytes, out SecretScalar? refused), Is.False);
            Assert.That(refused, Is.Null);
        }
    }

    [Test]
    public void Sealed_scalar_opens_to_the_same_value()
    {
        using var key = DecryptionKey.Create();
        using var other = DecryptionKey.Create();
        using var scalar = SecretScalar.Random();
        byte[] message = scalar.Seal(key.PublicKey, "info"u8);
        Assert.That(SecretScalar.TryOpen(key, "info"u8, message, out SecretScalar? opened));
        Assert.That(opened!.HasSameValue(scalar));
        opened.Dispose();
        Assert.That(SecretScalar.TryOpen(other, "info"u8, message, out _), Is.False);
        Assert.That(SecretScalar.TryOpen(key, "info"u8, message.AsSpan(1), out _), Is.False);
    }

    [Test]
    public void Sealed_bytes_that_are_no_scalar_are_refused()
    {
        using var key = DecryptionKey.Create();
        Assert.That(SecretScalar.TryOpen(key, [], SealedBox.Seal(key.PublicKey, [], Order), out SecretScalar? opened), Is.False);
        Assert.That(opened, Is.Null);
    }

    [Test]
    public void Random_scalars_differ_and_commit_to_different_points()
    {
        using var one = SecretScalar.Random();
        using var other = SecretScalar.Random();
        Assert.That(one.HasSameValue(other), Is.False);
        Assert.That(one.Commit(), Is.Not.EqualTo(other.Commit()));
    }

    [Test]
    public void Disposed_scalar_is_used_no_more_and_a_lease_outlives_disposal()
    {
        var scalar = SecretScalar.Random();
        byte[] bytes = scalar.Export();
        using (SecretScalar.Lease lease = scalar.Borrow())
        {
            scalar.Dispose();
            Assert.That(lease.Bytes.SequenceEqual(bytes));
        }

        Assert.That(scalar.Export, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(scalar.Dispose, Throws.Nothing);
    }

    [Test]
    public void Points_are_canonical() =>
        Gen.Byte.Array[32].Sample(bytes =>
        {
            var point = new RistrettoPoint(bytes);
            Assert.That(point.ToString(), Is.EqualTo(Convert.ToHexStringLower(bytes)));
            Assert.That(Canonical.Decode<RistrettoPoint>(Canonical.Encode(point)), Is.EqualTo(point));
        });
}
