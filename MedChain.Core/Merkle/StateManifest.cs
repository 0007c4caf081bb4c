using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Merkle;

/// <summary>The upper part of a state tree, down to the chunks into which the rest is cut: what a receiver needs to check each chunk by
/// itself.</summary>
/// <param name="Parts">Branches and chunks, each branch before its zero side and that before its one side; none for the empty tree.</param>
internal sealed record StateManifest(ImmutableArray<StateManifestPart> Parts) : ICanonical<StateManifest>
{
    /// <summary>Most parts: of chunks as large as they are cut, a state of 128 GiB.</summary>
    public const int MaxParts = 1024 * 1024;

    /// <summary>Gets the hashes of the chunks, in order of key.</summary>
    public ImmutableArray<Digest> Chunks => [.. Parts.Where(p => p.IsChunk).Select(p => p.Hash)];

    /// <summary>The state root to which the parts add up; <see langword="null"/> when they are no tree.</summary>
    public Digest? TryFindRoot() => Parts.IsEmpty
        ? StateHash.Empty
        : TryFold((_, part) => part.Hash, StateHash.Branch, out Digest root) ? root : null;

    /// <summary>Puts a tree together from its chunks' subtrees.</summary>
    /// <param name="chunks">The subtrees, in order.</param>
    public StateNode Join(IReadOnlyList<StateNode> chunks) =>
        TryFold((index, _) => chunks[index], (bit, zero, one) => new StateNode.Branch(bit, zero, one), out StateNode? top)
            ? top!
            : throw new InvalidOperationException("The parts of the manifest are no tree.");

    /// <summary>Folds from the end: both sides of a branch follow it.</summary>
    private bool TryFold<T>(Func<int, StateManifestPart, T> chunk, Func<int, T, T, T> branch, out T? result)
    {
        var sides = new Stack<T>();
        int index = Parts.Count(p => p.IsChunk);
        result = default;
        for (int i = Parts.Length - 1; i >= 0; i--)
        {
            if (Parts[i].IsChunk)
            {
                index--;
                sides.Push(chunk(index, Parts[i]));
            }
            else if (sides.Count < 2)
            {
                return false;
            }
            else
            {
                T zero = sides.Pop();
                sides.Push(branch(Parts[i].Bit, zero, sides.Pop()));
            }
        }

        return sides.Count == 1 && sides.TryPop(out result);
    }

    void ICanonical<StateManifest>.Write(ref CanonicalWriter writer) => writer.WriteList(Parts);

    static StateManifest ICanonical<StateManifest>.Read(ref CanonicalReader reader) =>
        new(ImmutableArray.Create(reader.ReadList<StateManifestPart>(MaxParts)));
}

/// <summary>One branch or one chunk of a <see cref="StateManifest"/>.</summary>
/// <param name="Bit">The branch's bit; <see cref="NoBit"/> for a chunk.</param>
/// <param name="Hash">The chunk's hash; zero for a branch.</param>
internal readonly record struct StateManifestPart(int Bit, Digest Hash) : ICanonical<StateManifestPart>
{
    public const int NoBit = -1;

    public bool IsChunk => Bit == NoBit;

    void ICanonical<StateManifestPart>.Write(ref CanonicalWriter writer)
    {
        if (IsChunk)
        {
            writer.BeginArray(2);
            writer.Write((long)NoBit);
            writer.Write(Hash);
        }
        else
        {
            writer.BeginArray(1);
            writer.Write((long)Bit);
        }
    }

    static StateManifestPart ICanonical<StateManifestPart>.Read(ref CanonicalReader reader)
    {
        return reader.ReadArrayCount(2) switch
        {
            1 => new StateManifestPart(reader.ReadInt32(0, TreeKey.MaxBits - 1), default),
            2 => new StateManifestPart(reader.ReadInt32(NoBit, NoBit), reader.ReadDigest()),
            var count => throw new MalformedDataException($"A part of a manifest has 1 or 2 fields, not {count}."),
        };
    }
}
