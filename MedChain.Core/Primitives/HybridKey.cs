namespace MedChain.Core.Primitives;

/// <summary>An X-Wing public key (draft-connolly-cfrg-xwing-kem), to which secrets are sealed that must stay secret also from those who
/// will have a quantum computer: 1,216 bytes. Compared by its bytes.</summary>
public sealed class HybridKey : IEquatable<HybridKey>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 1_216;

    private readonly byte[] _bytes;

    /// <summary>Initializes the value from its bytes.</summary>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> has another length.</exception>
    public HybridKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"An X-Wing public key is {Size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>Gets the bytes.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Copies the bytes into a new array.</summary>
    /// <returns>A new array of <see cref="Size"/> bytes.</returns>
    public byte[] ToArray() => [.. _bytes];

    /// <inheritdoc/>
    public bool Equals(HybridKey? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as HybridKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_bytes);

    /// <summary>The SHA-256 of the key: the key itself is too long to read.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Digest.Of(_bytes).ToString();
}
