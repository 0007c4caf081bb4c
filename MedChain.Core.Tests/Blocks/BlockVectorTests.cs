using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Encoding;
using NUnit.Framework;

namespace MedChain.Core.Tests.Blocks;

/// <summary>Headers, validator sets and certificates have the bytes that any other implementation gives them.</summary>
[TestFixture]
public sealed class BlockVectorTests
{
    private static readonly JsonElement Known = VectorFile.Load("encoding-blocks.json");

    [Test]
    public void Validator_set_has_the_known_bytes_and_hash()
    {
        JsonElement known = Known.GetProperty("validatorSet");
        ValidatorSet validators = Validators();
        Assert.That(Canonical.Encode(validators), Is.EqualTo(known.Bytes("encoded")));
        Assert.That(validators.Hash, Is.EqualTo(known.Digest("hash")));
        Assert.That(Canonical.Decode<ValidatorSet>(known.Bytes("encoded")).Hash, Is.EqualTo(validators.Hash));
    }

    [Test]
    public void Header_has_the_known_bytes_and_hash()
    {
        JsonElement known = Known.GetProperty("header");
        BlockHeader header = Header();
        Assert.That(Canonical.Encode(header), Is.EqualTo(known.Bytes("encoded")));
        Assert.That(header.Hash, Is.EqualTo(known.Digest("hash")));
        Assert.That(Canonical.Decode<BlockHeader>(known.Bytes("encoded")), Is.EqualTo(header));
    }

    [Test]
    public void Seal_certificate_has_the_known_bytes_and_verifies()
    {
        JsonElement known = Known.GetProperty("sealCertificate");
        BlockHeader header = Header();
        byte[] statement = SealCertificate.Statement(header.Chain, header.Epoch, header.Height, header.Hash);
        ImmutableArray<ValidatorSignature> signatures =
            [.. known.GetProperty("signers").EnumerateArray().Select(s => Sign(s.GetInt32(), statement))];
        var certificate = new SealCertificate(header.Chain, header.Epoch, header.Height, header.Hash, signatures);
        Assert.That(statement, Is.EqualTo(known.Bytes("statement")));
        Assert.That(Canonical.Encode(certificate), Is.EqualTo(known.Bytes("encoded")));
        Assert.That(Canonical.Decode<SealCertificate>(known.Bytes("encoded")).Verify(header, Validators()));
    }

    [Test]
    public void Handoff_has_the_known_bytes()
    {
        var handoff = new Handoff(
            Header(), Canonical.Decode<SealCertificate>(Known.GetProperty("sealCertificate").Bytes("encoded")), Validators());
        Assert.That(Canonical.Encode(handoff), Is.EqualTo(Known.GetProperty("handoff").Bytes("encoded")));
    }

    /// <summary>Bytes near valid ones, and bytes of nothing: refused, or exactly what would be written.</summary>
    [Test]
    public void Damaged_encodings_are_refused_or_canonical()
    {
        string[] names = ["validatorSet", "header", "sealCertificate", "handoff"];
        byte[][] seeds = [.. names.Select(name => Known.GetProperty(name).Bytes("encoded")), []];
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 400], Gen.Int[0, 3], Gen.Byte.Array[0, 6]).Sample(
            (seed, at, removed, inserted) =>
            {
                int from = Math.Min(at, seeds[seed].Length);
                byte[] input = [.. seeds[seed][..from], .. inserted, .. seeds[seed].Skip(from + removed)];
                CheckCanonical<ValidatorSet>(input);
                CheckCanonical<BlockHeader>(input);
                CheckCanonical<SealCertificate>(input);
                CheckCanonical<ValidatorSignature>(input);
                CheckCanonical<Handoff>(input);
            },
            iter: 5_000);
    }

    private static void CheckCanonical<T>(byte[] input)
        where T : ICanonical<T>
    {
        if (Canonical.TryDecode(input, out T? value, out string? reason))
        {
            Assert.That(Canonical.Encode(value), Is.EqualTo(input));
        }
        else
        {
            Assert.That(reason, Is.Not.Empty);
        }
    }

    private static ValidatorSignature Sign(int validator, byte[] statement)
    {
        using SigningKey key = Key(validator);
        return new ValidatorSignature(validator, key.Sign(statement));
    }

    private static SigningKey Key(int validator) =>
        SigningKey.FromSeed(Convert.FromHexString(Known.GetProperty("validatorSet").GetProperty("seeds")[validator].GetString()!));

    private static ValidatorSet Validators()
    {
        JsonElement custodyKeys = Known.GetProperty("validatorSet").GetProperty("custodyKeys");
        JsonElement operatorKeys = Known.GetProperty("validatorSet").GetProperty("operatorKeys");
        return new ValidatorSet([.. Enumerable.Range(0, 4).Select(i =>
        {
            using SigningKey key = Key(i);
            return new Validator(
                key.PublicKey,
                new AgreementKey(Convert.FromHexString(custodyKeys[i].GetString()!)),
                new PublicKey(Convert.FromHexString(operatorKeys[i].GetString()!)));
        })]);
    }

    private static BlockHeader Header()
    {
        JsonElement known = Known.GetProperty("header");
        return new BlockHeader(
            new ChainId(known.Digest("chain")),
            new BlockHeight(known.GetProperty("height").GetInt64()),
            known.Digest("previous"),
            known.Digest("cut"),
            known.Digest("transactionsRoot"),
            known.Digest("receiptsRoot"),
            known.Digest("stateRoot"),
            known.Digest("frontier"),
            known.GetProperty("time").GetInt64(),
            known.GetProperty("epoch").GetInt64(),
            known.Digest("validators"),
            known.Digest("nextValidators"));
    }
}
