using MedChain.Core.Primitives;

namespace MedChain.Core.Storage;

/// <summary>What every block store demands of its callers.</summary>
internal static class BlockRules
{
    /// <summary>Says whether a block is new: one above the head. One that is stored already, with the same hash, is not.</summary>
    /// <exception cref="ArgumentException">A gap, or another block at a stored height.</exception>
    public static bool IsNext(StoredBlock block, StoredAnchor? anchor, BlockHeight head, Func<BlockHeight, Digest> storedHash)
    {
        if (block.Height == head.Next)
        {
            return true;
        }

        if (block.Height <= (anchor?.Height ?? default) || block.Height > head)
        {
            throw new ArgumentException($"Block {block.Height} does not follow block {head}: append block {head.Next}.", nameof(block));
        }

        Digest stored = storedHash(block.Height);
        return stored == block.HeaderHash
            ? false
            : throw new ArgumentException(
                $"Block {block.Height} is stored as {stored} and cannot become {block.HeaderHash}.", nameof(block));
    }

    /// <summary>Says whether an anchor moves the beginning of a store.</summary>
    /// <exception cref="ArgumentException">It lies below the present one, or contradicts it or a stored block.</exception>
    public static bool IsNewAnchor(StoredAnchor anchor, StoredAnchor? present, BlockHeight head, Func<BlockHeight, Digest> storedHash)
    {
        BlockHeight beginning = present?.Height ?? default;
        if (anchor.Height < beginning || anchor.Height.Value < 1)
        {
            throw new ArgumentException($"Blocks up to {beginning} are gone; a store cannot begin after {anchor.Height}.", nameof(anchor));
        }

        Digest expected = anchor.Height == beginning ? present!.HeaderHash
            : anchor.Height <= head ? storedHash(anchor.Height)
            : anchor.HeaderHash;
        return expected == anchor.HeaderHash
            ? anchor.Height > beginning
            : throw new ArgumentException(
                $"Block {anchor.Height} is stored as {expected} and cannot become {anchor.HeaderHash}.", nameof(anchor));
    }

    public static void RequireStored(BlockHeight height, StoredAnchor? anchor, BlockHeight head)
    {
        BlockHeight beginning = anchor?.Height ?? default;
        if (height <= beginning || height > head)
        {
            throw new ArgumentOutOfRangeException(
                nameof(height), height, $"There is no block {height}; the store has {beginning.Next} to {head}.");
        }
    }
}
