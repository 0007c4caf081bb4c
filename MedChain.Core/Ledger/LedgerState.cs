using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Merkle;
using MedChain.Core.Storage;

namespace MedChain.Core.Ledger;

/// <summary>The state while a block is applied: the tree so far and which keys changed. One transaction that is refused is undone by going
/// back to the tree before it.</summary>
internal sealed class LedgerState
{
    private readonly List<ReadOnlyMemory<byte>> _written = [];

    public LedgerState(StateTree tree) => Tree = tree;

    public StateTree Tree { get; private set; }

    /// <summary>Gas that calls of contracts have used in the block; a refusal gives none back.</summary>
    public BlockGas Gas { get; } = new();

    public T? Get<T>(StateKey key)
        where T : class, ICanonical<T> => Tree.TryGet(key.Bytes.Span) is { } value ? Canonical.Decode<T>(value) : null;

    public T GetOrDefault<T>(StateKey key)
        where T : struct, ICanonical<T> => Tree.TryGet(key.Bytes.Span) is { } value ? Canonical.Decode<T>(value) : default;

    public void Put<T>(StateKey key, T value)
        where T : ICanonical<T>
    {
        Tree = Tree.With(key.Bytes, Canonical.Encode(value));
        _written.Add(key.Bytes);
    }

    public void Remove(StateKey key)
    {
        Tree = Tree.Without(key.Bytes.Span);
        _written.Add(key.Bytes);
    }

    /// <summary>Entries under a prefix in the order of their keys, as they are now.</summary>
    public IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, T>> Scan<T>(StateKey prefix)
        where T : ICanonical<T> =>
        Tree.Scan(prefix.Bytes).Select(entry => KeyValuePair.Create(entry.Key, Canonical.Decode<T>(entry.Value)));

    public (StateTree Tree, int Written) Checkpoint() => (Tree, _written.Count);

    public void Restore((StateTree Tree, int Written) checkpoint)
    {
        Tree = checkpoint.Tree;
        _written.RemoveRange(checkpoint.Written, _written.Count - checkpoint.Written);
    }

    /// <summary>The writes since the start, each key once, with its last value.</summary>
    public IReadOnlyList<StateChange> Changes()
    {
        var seen = new HashSet<Primitives.Digest>();
        var changes = new List<StateChange>();
        foreach (ReadOnlyMemory<byte> key in _written)
        {
            if (seen.Add(Primitives.Digest.Of(key.Span)))
            {
                changes.Add(new StateChange(key, Tree.TryGet(key.Span)));
            }
        }

        return changes;
    }
}
