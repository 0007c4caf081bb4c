using MedChain.Core.Encoding;

namespace MedChain.Core.Merkle;

/// <summary>A state tree cut into chunks, the largest subtrees below a size. Each chunk proves itself against the manifest, and the
/// manifest against the state root. Thread safe.</summary>
internal sealed class StateCut
{
    private readonly StateNode[] _chunks;

    private StateCut(StateManifest manifest, StateNode[] chunks)
    {
        Manifest = manifest;
        _chunks = chunks;
    }

    public StateManifest Manifest { get; }

    public int ChunkCount => _chunks.Length;

    /// <summary>Cuts a tree. Takes time in proportion to its keys.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="maxBytes">Most bytes of keys and values in a chunk; one entry alone may have more.</param>
    public static StateCut Of(StateTree tree, int maxBytes)
    {
        if (tree.Top is not { } top)
        {
            return new StateCut(new StateManifest([]), []);
        }

        List<(int Bit, StateNode? Chunk)> parts = Split(top, maxBytes).Parts();
        return new StateCut(
            new StateManifest([.. parts.Select(p => new StateManifestPart(p.Bit, p.Chunk?.Hash() ?? default))]),
            [.. parts.Select(p => p.Chunk).OfType<StateNode>()]);
    }

    /// <summary>Encodes the entries of one chunk.</summary>
    /// <param name="index">From 0.</param>
    public ReadOnlyMemory<byte> Encode(int index) => Canonical.Encode(new StateChunk([.. StateTree.EntriesBelow(_chunks[index])]));

    /// <summary>From the leaves up, with a stack on the heap, for the depth is the keys' choice.</summary>
    private static Piece Split(StateNode top, int maxBytes)
    {
        var pending = new Stack<(StateNode Node, bool IsSplit)>();
        var done = new Stack<Piece>();
        pending.Push((top, false));
        while (pending.TryPop(out (StateNode Node, bool IsSplit) next))
        {
            if (next.Node is not StateNode.Branch branch)
            {
                var leaf = (StateNode.Leaf)next.Node;
                done.Push(new Piece(leaf, leaf.Key.Length + leaf.Value.Length, null));
            }
            else if (next.IsSplit)
            {
                Piece one = done.Pop();
                Piece zero = done.Pop();
                long size = zero.Size + one.Size;
                bool isWhole = zero.Split is null && one.Split is null && size <= maxBytes;
                done.Push(new Piece(branch, size, isWhole ? null : [(branch.Bit, null), .. zero.Parts(), .. one.Parts()]));
            }
            else
            {
                pending.Push((branch, true));
                pending.Push((branch.One, false));
                pending.Push((branch.Zero, false));
            }
        }

        return done.Pop();
    }

    /// <summary>A subtree: one chunk while it is small enough, or what it was split into.</summary>
    private readonly record struct Piece(StateNode Node, long Size, List<(int Bit, StateNode? Chunk)>? Split)
    {
        public List<(int Bit, StateNode? Chunk)> Parts() => Split ?? [(StateManifestPart.NoBit, Node)];
    }
}
