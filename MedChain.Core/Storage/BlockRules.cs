using MedChain.Core.Primitives;

namespace MedChain.Core.Storage;

/// <summary>What every block store demands of its callers.</summary>
internal static class BlockRules
{
    /// <summary>Says whether a block is new: one above the head. One that is stored already, with the same hash, is not.</summary>
    /// <exception cref="ArgumentException">A gap, or another block at a stored height.</exception>
    public static bool IsNext(StoredBlock block, BlockHeight head, Func<BlockHeight, Digest> storedHash)
    {
        if (block.Height == head.Next)
        {
            return true;
        }

        if (block.Height.Value < 1 || block.Height > head)
        {
            throw new ArgumentException($"Block {block.Height} does not follow block {head}: append block {head.Next}.", nameof(block));
        }

        Digest stored = storedHash(block.Height);
        return stored == block.HeaderHash
            ? false
            : throw new ArgumentException(
                $"Block {block.Height} is stored as {stored} and cannot become {block.HeaderHash}.", nameof(block));
    }

    public static void RequireStored(BlockHeight height, BlockHeight head)
    {
        if (height.Value < 1 || height > head)
        {
            throw new ArgumentOutOfRangeException(nameof(height), height, $"There is no block {height}; the last one is {head}.");
        }
    }
}
