using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>Tells keys to which secrets can be sealed from points of small order, which nobody holds. Whoever named such a key would make
/// every sealing to it fail, so the rules keep it out of the state.</summary>
internal static class AgreementKeyCheck
{
    /// <summary>What is wrong with a key; <see langword="null"/> for nothing.</summary>
    public static string? Problem(AgreementKey key)
    {
        // Any private key tells: agreement with a point of small order fails for all of them.
        Span<byte> seed = stackalloc byte[DecryptionKey.SeedSize];
        Span<byte> agreed = stackalloc byte[DecryptionKey.SharedSecretSize];
        seed.Fill(1);
        using DecryptionKey probe = DecryptionKey.FromSeed(seed);
        return probe.TryAgree(key, agreed) ? null : $"The agreement key {key} is a point of small order; make a real one.";
    }
}
