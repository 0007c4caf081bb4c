using System.Runtime.InteropServices;

namespace MedChain.Core.Cryptography;

/// <summary>X-Wing (draft-connolly-cfrg-xwing-kem), a key encapsulation that holds as long as X25519 or ML-KEM-768 (FIPS 203) holds, from
/// the libsodium that NSec ships but does not expose.</summary>
/// <remarks>Functions return 0 when they did what they say. <see cref="Ristretto"/> has initialized the library.</remarks>
internal static partial class XWing
{
    public const int SeedSize = 32;

    public const int PublicKeySize = 1_216;

    public const int CiphertextSize = 1_120;

    public const int SharedSecretSize = 32;

    /// <summary>Length of what a deterministic encapsulation follows from.</summary>
    public const int EncapsulationSeedSize = 64;

    private const string Library = "libsodium";

    static XWing() => System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(Ristretto).TypeHandle);

    /// <summary>Whether bytes are a public key: whatever the randomness, encapsulation succeeds or fails alike.</summary>
    public static bool IsUsable(ReadOnlySpan<byte> publicKey)
    {
        Span<byte> ciphertext = stackalloc byte[CiphertextSize];
        Span<byte> secret = stackalloc byte[SharedSecretSize];
        Span<byte> seed = stackalloc byte[EncapsulationSeedSize];
        seed.Fill(1);
        return EncapsulateFrom(ciphertext, secret, publicKey, seed) == 0;
    }

    /// <summary>The public key of a seed, and the private key, which is the seed.</summary>
    [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_seed_keypair")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int MakeKeys(Span<byte> publicKey, Span<byte> privateKey, ReadOnlySpan<byte> seed);

    /// <summary>Makes a secret that the holder of a key can find out from the ciphertext; fails for a public key that is none.</summary>
    [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_enc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Encapsulate(Span<byte> ciphertext, Span<byte> secret, ReadOnlySpan<byte> publicKey);

    /// <summary>As <see cref="Encapsulate"/>, from given randomness: for test vectors.</summary>
    [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_enc_deterministic")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int EncapsulateFrom(
        Span<byte> ciphertext, Span<byte> secret, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> seed);

    /// <summary>Finds out the secret; from a wrong ciphertext another one, which nobody knows.</summary>
    [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_dec")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Decapsulate(Span<byte> secret, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> privateKey);
}
