using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Signatures made in this process.</summary>
[TestFixture]
public sealed class KeySignerTests
{
    [Test]
    public void Signature_made_here_is_known_to_be_good_for_its_statement_only()
    {
        using SigningKey key = SigningKey.FromSeed([.. Enumerable.Repeat((byte)1, SigningKey.SeedSize)]);
        var cache = new SignatureCache();
        Signature signature = new KeySigner(key, cache).Sign([1, 2, 3]);
        Assert.That(SignatureVerifier.Verify(key.PublicKey, [1, 2, 3], signature), Is.True);
        Assert.That(cache.Contains(SignatureCache.Key(key.PublicKey, [1, 2, 3], signature)), Is.True);
        Assert.That(cache.Contains(SignatureCache.Key(key.PublicKey, [1, 2, 4], signature)), Is.False);
    }
}
