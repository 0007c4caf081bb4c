using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MedChain.Core.Cryptography;

/// <summary>A secret ristretto255 scalar: a record's secret or a share of one. It lives in memory from <c>sodium_malloc</c>: locked,
/// guarded, zeroed when it is freed. Thread safe, also against disposal during use.</summary>
internal sealed class SecretScalar : IDisposable
{
    /// <summary>Length in bytes.</summary>
    public const int Size = Ristretto.ScalarSize;

    private readonly LockedMemory _memory = new();

    private SecretScalar()
    {
    }

    /// <summary>A random scalar, never zero.</summary>
    public static SecretScalar Random() => Compute(default(object), static (_, destination) => Ristretto.RandomScalar(destination));

    /// <summary>Takes over the bytes of a scalar; the caller zeroes its own.</summary>
    /// <returns><see langword="false"/> unless the bytes are the one encoding of a scalar other than zero.</returns>
    public static bool TryImport(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SecretScalar? scalar)
    {
        scalar = null;
        if (bytes.Length != Size)
        {
            return false;
        }

        var imported = new SecretScalar();
        using (Lease lease = imported.Borrow())
        {
            bytes.CopyTo(lease.Writable);
        }

        return Checked(imported, out scalar);
    }

    /// <summary>Opens a scalar that was sealed with <see cref="Seal"/>, straight into locked memory.</summary>
    /// <returns><see langword="false"/> for anything wrong.</returns>
    public static bool TryOpen(
        OpeningKeys keys, ReadOnlySpan<byte> info, ReadOnlySpan<byte> box, [NotNullWhen(true)] out SecretScalar? scalar)
    {
        var opened = new SecretScalar();
        bool authentic;
        using (Lease lease = opened.Borrow())
        {
            authentic = SealedBox.TryOpen(keys, info, box, lease.Writable);
        }

        if (authentic)
        {
            return Checked(opened, out scalar);
        }

        opened.Dispose();
        scalar = null;
        return false;
    }

    /// <summary>Seals the scalar to the holder of a key.</summary>
    public byte[] Seal(SealingKeys recipient, ReadOnlySpan<byte> info)
    {
        using Lease lease = Borrow();
        return SealedBox.Seal(recipient, info, lease.Bytes);
    }

    /// <summary>The scalar times the generator: it commits to the scalar and hides it.</summary>
    public RistrettoPoint Commit()
    {
        Span<byte> point = stackalloc byte[Ristretto.PointSize];
        using Lease lease = Borrow();

        // The product is the identity, which the library reports as a failure, for the scalar zero alone.
        return Ristretto.MultiplyGenerator(point, lease.Bytes) == 0 ? new RistrettoPoint(point) : default;
    }

    /// <summary>Copies out the scalar, for a key store: zero it after use.</summary>
    public byte[] Export()
    {
        using Lease lease = Borrow();
        return lease.Bytes.ToArray();
    }

    /// <summary>Compares in constant time.</summary>
    public bool HasSameValue(SecretScalar other)
    {
        using Lease mine = Borrow();
        using Lease theirs = other.Borrow();
        return CryptographicOperations.FixedTimeEquals(mine.Bytes, theirs.Bytes);
    }

    /// <summary>Lends the bytes; they stay valid until the lease is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The scalar is disposed.</exception>
    public Lease Borrow() => new(_memory);

    public void Dispose() => _memory.Dispose();

    /// <summary>A scalar that a function writes. Only the arithmetic of this folder makes scalars so.</summary>
    internal static SecretScalar Compute<TState>(TState state, Action<TState, Span<byte>> compute)
    {
        var scalar = new SecretScalar();
        using Lease lease = scalar.Borrow();
        compute(state, lease.Writable);
        return scalar;
    }

    private static bool Checked(SecretScalar candidate, [NotNullWhen(true)] out SecretScalar? scalar)
    {
        // Adding zero reduces, so only a reduced scalar stays as it is.
        ReadOnlySpan<byte> zero = stackalloc byte[Size];
        using SecretScalar reduced = new();
        bool canonical;
        using (Lease from = candidate.Borrow())
        using (Lease to = reduced.Borrow())
        {
            Ristretto.AddScalars(to.Writable, from.Bytes, zero);
            canonical = CryptographicOperations.FixedTimeEquals(from.Bytes, to.Bytes)
                && !CryptographicOperations.FixedTimeEquals(from.Bytes, zero);
        }

        scalar = canonical ? candidate : null;
        if (!canonical)
        {
            candidate.Dispose();
        }

        return canonical;
    }

    /// <summary>A loan of the bytes, during which they cannot be freed.</summary>
    public readonly ref struct Lease
    {
        private readonly LockedMemory _memory;

        internal Lease(LockedMemory memory)
        {
            bool added = false;
            memory.DangerousAddRef(ref added);
            _memory = memory;
        }

        public ReadOnlySpan<byte> Bytes => Writable;

        internal unsafe Span<byte> Writable => new((void*)_memory.DangerousGetHandle(), Size);

        public void Dispose() => _memory.DangerousRelease();
    }

    /// <summary>Owns the memory.</summary>
    internal sealed class LockedMemory : SafeHandle
    {
        public LockedMemory()
            : base(invalidHandleValue: 0, ownsHandle: true)
        {
            SetHandle(Ristretto.Allocate(Size));
            if (IsInvalid)
            {
                throw new InsufficientMemoryException($"No locked memory for {Size} secret bytes; dispose secrets or raise the limit.");
            }
        }

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            Ristretto.Free(handle);
            return true;
        }
    }
}
