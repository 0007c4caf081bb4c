using MedChain.Core.Primitives;

namespace MedChain.Core.Merkle;

/// <summary>Checks that a record is in a list, for the holder of the list's root alone.</summary>
public static class MerkleProof
{
    /// <summary>Says whether a record is in the list that <paramref name="root"/> commits to.</summary>
    /// <param name="root">Root over the first <paramref name="treeSize"/> leaves.</param>
    /// <param name="treeSize">Number of leaves, at least 1.</param>
    /// <param name="leaf">Leaf hash of the record: SHA-256 of one 0x00 byte and the record.</param>
    /// <param name="index">Zero-based place of the record.</param>
    /// <param name="path">Sibling hashes, leaf to root: ⌈log₂ treeSize⌉ of them at most, none for a tree of one leaf.</param>
    /// <returns><see langword="false"/> for a wrong proof of any form: a peer's bad proof is expected, so it is no exception.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="treeSize"/> is below 1, or <paramref name="index"/> is negative: the
    /// caller's own mistake.</exception>
    /// <remarks>Source: RFC 9162, section 2.1.3.2. One SHA-256 of 65 bytes for each path element, and no heap memory.</remarks>
    public static bool VerifyInclusion(Digest root, long treeSize, Digest leaf, long index, ReadOnlySpan<Digest> path)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(treeSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (index >= treeSize)
        {
            return false;
        }

        long node = index;
        long last = treeSize - 1;
        Digest hash = leaf;
        foreach (Digest sibling in path)
        {
            if (last == 0)
            {
                return false; // The path is longer than the tree is deep.
            }

            bool isRight = (node & 1) == 1;
            if (isRight || node == last)
            {
                hash = MerkleTree.HashChildren(sibling, hash);

                // The last node of a level has no sibling and rises unchanged until it is a right child.
                while (!isRight && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                    isRight = (node & 1) == 1;
                }
            }
            else
            {
                hash = MerkleTree.HashChildren(hash, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && hash == root;
    }
}
