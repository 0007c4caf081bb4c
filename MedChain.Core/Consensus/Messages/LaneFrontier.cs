using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>The last delivered batch of each lane, as headers commit to it.</summary>
internal static class LaneFrontier
{
    /// <summary>The hash that a header carries.</summary>
    /// <param name="frontier">One place for each lane, in the order of the lanes.</param>
    public static Digest Hash(IReadOnlyList<BatchReference> frontier) => Canonical.Hash("medchain/frontier/v1", new Places(frontier));

    private readonly record struct Places(IReadOnlyList<BatchReference> List) : ICanonical<Places>
    {
        void ICanonical<Places>.Write(ref CanonicalWriter writer) => writer.WriteList(List);

        static Places ICanonical<Places>.Read(ref CanonicalReader reader) => new(reader.ReadList<BatchReference>(ValidatorSet.MaxCount));
    }
}
