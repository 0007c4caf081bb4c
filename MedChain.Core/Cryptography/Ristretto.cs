using System.Runtime.InteropServices;
using NSec.Cryptography;

namespace MedChain.Core.Cryptography;

/// <summary>ristretto255 (RFC 9496) and locked memory from the libsodium that NSec ships but does not expose.</summary>
/// <remarks>Scalars are 32 bytes, little-endian, below the group's order; points are their 32-byte canonical encodings. Functions that
/// return a number return 0 when they did what they say.</remarks>
internal static partial class Ristretto
{
    public const int ScalarSize = 32;

    public const int PointSize = 32;

    private const string Library = "libsodium";

    static Ristretto()
    {
        // NSec comes first: it checks the library's version and sets the misuse handler. Initializing again does no harm.
        _ = KeyAgreementAlgorithm.X25519;
        _ = Initialize();
    }

    /// <summary>Allocates memory that is locked, guarded by inaccessible pages and, where the system can, kept out of core dumps. Locking
    /// is given up silently at the system's limit of locked memory.</summary>
    [LibraryImport(Library, EntryPoint = "sodium_malloc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Allocate(nuint size);

    /// <summary>Zeroes and frees what <see cref="Allocate"/> gave.</summary>
    [LibraryImport(Library, EntryPoint = "sodium_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void Free(nint memory);

    /// <summary>Says with 1 whether 32 bytes encode a point.</summary>
    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_is_valid_point")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int IsValidPoint(ReadOnlySpan<byte> point);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_add")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Add(Span<byte> sum, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);

    /// <summary>A scalar times a point; fails for a bad point and for the result zero.</summary>
    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ristretto255")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Multiply(Span<byte> product, ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point);

    /// <summary>A scalar times the generator; fails for the scalar zero.</summary>
    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ristretto255_base")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int MultiplyGenerator(Span<byte> product, ReadOnlySpan<byte> scalar);

    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_random")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void RandomScalar(Span<byte> scalar);

    /// <summary>Adds, modulo the group's order.</summary>
    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_add")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void AddScalars(Span<byte> sum, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);

    /// <summary>Subtracts, modulo the group's order.</summary>
    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_sub")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void SubtractScalars(Span<byte> difference, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);

    /// <summary>Multiplies, modulo the group's order.</summary>
    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_mul")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void MultiplyScalars(Span<byte> product, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);

    /// <summary>Inverts, modulo the group's order; fails for zero.</summary>
    [LibraryImport(Library, EntryPoint = "crypto_core_ristretto255_scalar_invert")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int InvertScalar(Span<byte> inverse, ReadOnlySpan<byte> scalar);

    [LibraryImport(Library, EntryPoint = "sodium_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Initialize();
}
