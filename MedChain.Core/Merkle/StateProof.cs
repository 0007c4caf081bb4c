using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Merkle;

/// <summary>Proves to the holder of a state root which value a key has, or that it has none: the leaf to which the key's bits lead, and the
/// branches above it. For an absent key that is the leaf of another key, or nothing when the tree is empty.</summary>
/// <remarks>Sound for every root that a quorum computed by the rules: a branch's hash holds the position of its bit, so the way of a key
/// through the tree is fixed, and the leaf at its end is the only one that could have been the key's.</remarks>
public sealed record StateProof : ICanonical<StateProof>
{
    internal StateProof(ReadOnlyMemory<byte> leafKey, Digest valueHash, ImmutableArray<StateProofStep> steps)
    {
        LeafKey = leafKey;
        ValueHash = valueHash;
        Steps = steps;
    }

    /// <summary>Gets the key of the leaf, 1 to 256 bytes; empty for the empty tree.</summary>
    public ReadOnlyMemory<byte> LeafKey { get; }

    /// <summary>Gets the SHA-256 of the leaf's value; zero for the empty tree.</summary>
    public Digest ValueHash { get; }

    /// <summary>Gets the branches from the root to the leaf, in ascending order of bit.</summary>
    public ImmutableArray<StateProofStep> Steps { get; }

    internal static StateProof OfEmptyTree { get; } = new(default, default, []);

    /// <summary>Says whether a key has a value in the state that <paramref name="root"/> commits to.</summary>
    /// <param name="root">The state root, from a header that a quorum sealed.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns><see langword="false"/> for a wrong proof of any form: a peer's bad proof is expected, so it is no exception.</returns>
    public bool VerifyInclusion(Digest root, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        key.SequenceEqual(LeafKey.Span) && Digest.Of(value) == ValueHash && LeadsTo(root, key);

    /// <summary>Says whether a key is absent from the state that <paramref name="root"/> commits to.</summary>
    /// <param name="root">The state root, from a header that a quorum sealed.</param>
    /// <param name="key">The key, 1 to 256 bytes; longer or empty ones are in no state, but nothing is proved about them.</param>
    /// <returns><see langword="false"/> for a wrong proof of any form: a peer's bad proof is expected, so it is no exception.</returns>
    public bool VerifyAbsence(Digest root, ReadOnlySpan<byte> key)
    {
        if (LeafKey.IsEmpty)
        {
            return TreeKey.IsValid(key) && Equals(OfEmptyTree) && root == StateHash.Empty;
        }

        return !key.SequenceEqual(LeafKey.Span) && LeadsTo(root, key);
    }

    /// <summary>Computes the root that is left when a key is taken out of the state.</summary>
    /// <param name="root">The root with the key.</param>
    /// <param name="key">The key.</param>
    /// <param name="after">The root without the key, and with everything else.</param>
    /// <returns><see langword="false"/> when this does not prove that the key is in the state.</returns>
    internal bool TryRemove(Digest root, ReadOnlySpan<byte> key, out Digest after)
    {
        after = StateHash.Empty;
        if (!key.SequenceEqual(LeafKey.Span) || !LeadsTo(root, key))
        {
            return false;
        }

        // The branch above the leaf goes with it: the other side takes its place.
        for (int i = Steps.Length - 1; i >= 0; i--)
        {
            (int bit, Digest sibling) = Steps[i];
            after = i == Steps.Length - 1 ? sibling
                : TreeKey.Bit(key, bit) ? StateHash.Branch(bit, sibling, after)
                : StateHash.Branch(bit, after, sibling);
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Equals(StateProof? other) =>
        other is not null
        && LeafKey.Span.SequenceEqual(other.LeafKey.Span)
        && ValueHash == other.ValueHash
        && Steps.AsSpan().SequenceEqual(other.Steps.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ValueHash, Steps.Length);

    /// <summary>Says whether the branches lead from the root to the leaf, and lead this key there too.</summary>
    private bool LeadsTo(Digest root, ReadOnlySpan<byte> key)
    {
        if (!TreeKey.IsValid(key) || !TreeKey.IsValid(LeafKey.Span))
        {
            return false;
        }

        Digest hash = StateHash.Leaf(LeafKey.Span, ValueHash);
        int below = TreeKey.MaxBits;
        for (int i = Steps.Length - 1; i >= 0; i--)
        {
            (int bit, Digest sibling) = Steps[i];
            bool one = TreeKey.Bit(LeafKey.Span, bit);
            if (bit >= below || TreeKey.Bit(key, bit) != one)
            {
                return false;
            }

            hash = one ? StateHash.Branch(bit, sibling, hash) : StateHash.Branch(bit, hash, sibling);
            below = bit;
        }

        return hash == root;
    }

    void ICanonical<StateProof>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(LeafKey.Span);
        writer.Write(ValueHash);
        writer.WriteList(Steps);
    }

    static StateProof ICanonical<StateProof>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new StateProof(
            reader.ReadBytes(TreeKey.MaxSize).ToArray(),
            reader.ReadDigest(),
            ImmutableArray.Create(reader.ReadList<StateProofStep>(TreeKey.MaxBits)));
    }
}
