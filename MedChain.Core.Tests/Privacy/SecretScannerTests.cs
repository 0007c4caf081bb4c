using CsCheck;
using NUnit.Framework;

namespace MedChain.Core.Tests.Privacy;

/// <summary>The scanner finds what is planted, wherever and however; else what it does not find would say nothing.</summary>
[TestFixture]
public sealed class SecretScannerTests
{
    [Test]
    public void Planted_secret_is_found_in_every_form([ValueSource(nameof(FormNames))] string form) =>
        Gen.Select(Gen.Byte.Array[18, 200], Gen.Byte.Array[0, 40], Gen.Byte.Array[3_000]).Sample(
            (secret, before, noise) =>
            {
                var scanner = new SecretScanner();
                scanner.Add("the secret", secret);
                byte[] planted = [.. noise, .. SecretScanner.Forms[form]([.. before, .. secret, .. noise[..50]]), .. noise];
                return scanner.Find(planted).Contains($"the secret as {form}") && !scanner.Find(noise).Any();
            },
            iter: 100);

    [Test]
    public void Part_of_a_long_secret_is_found()
    {
        byte[] secret = Core.Cryptography.SecureRandom.Bytes(5_000);
        var scanner = new SecretScanner();
        scanner.Add("the secret", secret);
        Assert.That(scanner.Find(secret[2_000..2_200]), Is.EqualTo(["the secret as raw"]));
    }

    private static IEnumerable<string> FormNames() => SecretScanner.Forms.Keys;
}
