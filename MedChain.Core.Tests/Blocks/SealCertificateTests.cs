using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Blocks;

/// <summary>Four validators: three different ones seal a header, in order, and nothing less does.</summary>
[TestFixture]
public sealed class SealCertificateTests
{
    private SigningKey[] _keys = [];
    private ValidatorSet _validators = null!;
    private BlockHeader _header = null!;

    [OneTimeSetUp]
    public void CreateChain()
    {
        _keys = [.. Enumerable.Range(0, 4).Select(_ => SigningKey.Create())];
        _validators = new ValidatorSet(
            [.. _keys.Select(key => new Validator(
                key.PublicKey, new AgreementKey(key.PublicKey.ToArray()), new PublicKey(Digest.Of(key.PublicKey.ToArray()).ToArray())))]);
        _header = new BlockHeader(
            new ChainId(Digest.Of("chain"u8)),
            new BlockHeight(7),
            Previous: Digest.Of("previous"u8),
            Cut: default,
            TransactionsRoot: default,
            ReceiptsRoot: default,
            StateRoot: default,
            Ordering: default,
            Time: 1,
            Epoch: 2,
            _validators.Hash);
    }

    [OneTimeTearDown]
    public void DisposeKeys() => Array.ForEach(_keys, key => key.Dispose());

    [TestCase(new[] { 0, 1, 2 })]
    [TestCase(new[] { 0, 2, 3 })]
    [TestCase(new[] { 0, 1, 2, 3 })]
    public void Quorum_seals(int[] signers) => Assert.That(Seal(signers).Verify(_header, _validators));

    [TestCase(new int[0], TestName = "Nobody")]
    [TestCase(new[] { 0, 1 }, TestName = "Too few")]
    [TestCase(new[] { 0, 1, 1 }, TestName = "One twice")]
    [TestCase(new[] { 0, 0, 0, 0 }, TestName = "One four times")]
    [TestCase(new[] { 2, 1, 0 }, TestName = "Not in order")]
    [TestCase(new[] { 0, 2, 1, 3 }, TestName = "Quorum not in order")]
    public void Others_do_not(int[] signers) => Assert.That(Seal(signers).Verify(_header, _validators), Is.False);

    [Test]
    public void Signer_under_another_index_or_none_does_not_count()
    {
        SealCertificate certificate = Seal([0, 1, 2]);
        ImmutableArray<ValidatorSignature> signatures = certificate.Signatures;
        SealCertificate[] wrong =
        [
            certificate with { Signatures = signatures.SetItem(2, signatures[2] with { Validator = 3 }) },
            certificate with { Signatures = signatures.SetItem(2, signatures[2] with { Validator = 4 }) },
            certificate with { Signatures = signatures.SetItem(0, signatures[0] with { Validator = -1 }) },
            certificate with { Signatures = signatures.SetItem(1, signatures[1] with { Signature = default }) },
            certificate with { Signatures = [.. signatures, new ValidatorSignature(3, default)] },
            certificate with { Signatures = default },
        ];
        Assert.That(wrong.Select(c => c.Verify(_header, _validators)), Is.All.False);
    }

    [Test]
    public void Certificate_is_for_one_header_of_one_chain_epoch_and_height()
    {
        SealCertificate certificate = Seal([0, 1, 2]);
        BlockHeader[] others =
        [
            _header with { Chain = default },
            _header with { Epoch = 3 },
            _header with { Height = new BlockHeight(8) },
            _header with { StateRoot = Digest.Of("other"u8) },
            _header with { Validators = default },
        ];
        Assert.That(others.Select(h => certificate.Verify(h, _validators)), Is.All.False);
        Assert.That((certificate with { Epoch = 3 }).Verify(_header with { Epoch = 3 }, _validators), Is.False);
        Assert.That((certificate with { HeaderHash = others[3].Hash }).Verify(others[3], _validators), Is.False);
    }

    [Test]
    public void Certificate_of_another_set_does_not_count()
    {
        var smaller = new ValidatorSet(_validators.Members.RemoveAt(3));
        Assert.That(Seal([0, 1, 2]).Verify(_header, smaller), Is.False);
    }

    [Test]
    public void Changed_copy_of_a_header_has_its_own_hash()
    {
        Digest before = _header.Hash;
        BlockHeader copy = _header with { Time = 2 };
        Assert.That(copy.Hash, Is.Not.EqualTo(before));
        Assert.That(copy, Is.Not.EqualTo(_header));
        Assert.That((copy with { Time = 1 }).Hash, Is.EqualTo(before));
        Assert.That(_header.Hash, Is.EqualTo(before));
    }

    private SealCertificate Seal(int[] signers)
    {
        byte[] statement = SealCertificate.Statement(_header.Chain, _header.Epoch, _header.Height, _header.Hash);
        return new SealCertificate(
            _header.Chain,
            _header.Epoch,
            _header.Height,
            _header.Hash,
            [.. signers.Select(i => new ValidatorSignature(i, _keys[i].Sign(statement)))]);
    }
}
