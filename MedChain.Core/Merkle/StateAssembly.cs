using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Merkle;

/// <summary>Puts a state together from chunks that come in any order and from anybody. Not thread safe.</summary>
internal sealed class StateAssembly
{
    private readonly StateManifest _manifest;
    private readonly ImmutableArray<Digest> _hashes;
    private readonly StateTree?[] _chunks;

    private StateAssembly(StateManifest manifest)
    {
        _manifest = manifest;
        _hashes = manifest.Chunks;
        _chunks = new StateTree?[_hashes.Length];
    }

    public int ChunkCount => _chunks.Length;

    public bool IsComplete => Array.TrueForAll(_chunks, c => c is not null);

    /// <summary>Begins with a manifest of any origin.</summary>
    /// <param name="bytes">The canonical manifest.</param>
    /// <param name="root">The state root, from a header that a quorum sealed.</param>
    /// <returns><see langword="null"/> when the manifest is malformed or of another state.</returns>
    public static StateAssembly? TryBegin(ReadOnlyMemory<byte> bytes, Digest root) =>
        Canonical.TryDecode(bytes, out StateManifest? manifest, out _) && manifest.TryFindRoot() == root
            ? new StateAssembly(manifest)
            : null;

    /// <summary>Takes a chunk.</summary>
    /// <param name="index">Its place, from 0.</param>
    /// <param name="bytes">Its canonical entries.</param>
    /// <returns>Whether it is the chunk that the manifest names for the place.</returns>
    public bool TryAdd(int index, ReadOnlyMemory<byte> bytes)
    {
        if (index < 0 || index >= _chunks.Length || !Canonical.TryDecode(bytes, out StateChunk chunk, out _)
            || chunk.Entries.Count == 0)
        {
            return false;
        }

        StateTree tree = StateTree.Empty;
        foreach ((ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) in chunk.Entries)
        {
            if (!TreeKey.IsValid(key.Span))
            {
                return false;
            }

            tree = tree.With(key, value);
        }

        if (tree.Count != chunk.Entries.Count || tree.Root != _hashes[index])
        {
            return false;
        }

        _chunks[index] = tree;
        return true;
    }

    /// <summary>The state, once all chunks are there.</summary>
    /// <exception cref="InvalidOperationException">A chunk is missing.</exception>
    public StateTree Complete() => !IsComplete
        ? throw new InvalidOperationException($"{_chunks.Count(c => c is null)} of {_chunks.Length} chunks are missing.")
        : _chunks.Length == 0 ? StateTree.Empty : StateTree.Join(_manifest, _chunks!);
}
