using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Clients;

/// <summary>How far a chain is sealed, also right after a start, when this process has not yet seen a seal.</summary>
internal static class SealedHeight
{
    public static BlockHeight Of(HostedChain chain)
    {
        if (chain.Sealed is { } seen)
        {
            return seen.Height;
        }

        IBlockStore store = chain.Best.Options.BlockStore;
        BlockHeight height = store.Head;
        while (height > (store.Anchor?.Height ?? default) && store.TryReadCertificate(height) is null)
        {
            height = new BlockHeight(height.Value - 1);
        }

        return height;
    }
}
