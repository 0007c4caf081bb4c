using MedChain.Core.Primitives;

namespace MedChain.Core.Merkle;

/// <summary>An immutable map from keys to values whose root commits to all of it: a binary radix tree with compressed paths. The same
/// content has the same root, in whatever order it was written. Thread safe.</summary>
/// <remarks>Changing a key makes new nodes from the root to it, about log₂ of the count, and shares the rest; no node is hashed before
/// the root is asked for, and none twice.</remarks>
internal sealed class StateTree
{
    private readonly StateNode? _root;

    private StateTree(StateNode? root, int count)
    {
        _root = root;
        Count = count;
    }

    /// <summary>Gets the tree without keys.</summary>
    public static StateTree Empty { get; } = new(root: null, count: 0);

    /// <summary>Gets the topmost node; <see langword="null"/> for the empty tree.</summary>
    public StateNode? Top => _root;

    /// <summary>Gets the number of keys.</summary>
    public int Count { get; }

    /// <summary>Gets the commitment to all keys and values.</summary>
    public Digest Root => _root?.Hash() ?? StateHash.Empty;

    /// <summary>Puts a tree together from the subtrees of a manifest's chunks, none of them empty.</summary>
    public static StateTree Join(StateManifest manifest, IReadOnlyList<StateTree> chunks) =>
        new(manifest.Join([.. chunks.Select(c => c._root!)]), chunks.Sum(c => c.Count));

    /// <summary>Finds the value of a key; <see langword="null"/> when the key is absent.</summary>
    public ReadOnlyMemory<byte>? TryGet(ReadOnlySpan<byte> key) =>
        Nearest(key) is { } leaf && leaf.Key.Span.SequenceEqual(key) ? leaf.Value : default(ReadOnlyMemory<byte>?);

    /// <summary>The tree in which a key has a value. Both are copied: the caller may reuse its memory.</summary>
    /// <exception cref="ArgumentException">The key is empty or longer than <see cref="TreeKey.MaxSize"/> bytes.</exception>
    public StateTree With(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value)
    {
        if (!TreeKey.IsValid(key.Span))
        {
            throw new ArgumentException($"A state key has 1 to {TreeKey.MaxSize} bytes, not {key.Length}.", nameof(key));
        }

        if (Nearest(key.Span) is not { } nearest)
        {
            return new StateTree(new StateNode.Leaf(key.ToArray(), value.ToArray()), count: 1);
        }

        int difference = TreeKey.FirstDifference(key.Span, nearest.Key.Span);
        if (difference < 0)
        {
            return nearest.Value.Span.SequenceEqual(value.Span)
                ? this
                : new StateTree(Replace(key.Span, TreeKey.MaxBits, _ => new StateNode.Leaf(nearest.Key, value.ToArray())), Count);
        }

        var leaf = new StateNode.Leaf(key.ToArray(), value.ToArray());
        bool one = TreeKey.Bit(key.Span, difference);
        StateNode root = Replace(
            key.Span,
            difference,
            below => one ? new StateNode.Branch(difference, below, leaf) : new StateNode.Branch(difference, leaf, below));
        return new StateTree(root, Count + 1);
    }

    /// <summary>The tree in which a key is absent; this tree, when it is.</summary>
    public StateTree Without(ReadOnlySpan<byte> key)
    {
        if (Nearest(key) is not { } leaf || !leaf.Key.Span.SequenceEqual(key))
        {
            return this;
        }

        if (_root is not StateNode.Branch parent)
        {
            return Empty;
        }

        // The branch above the leaf goes with it: the other side takes its place.
        while (parent.Side(TreeKey.Bit(key, parent.Bit)) is StateNode.Branch next)
        {
            parent = next;
        }

        StateNode other = parent.Side(!TreeKey.Bit(key, parent.Bit));
        return new StateTree(Replace(key, parent.Bit, _ => other), Count - 1);
    }

    /// <summary>All keys that begin with <paramref name="prefix"/> and their values, in ascending order of key; a key comes before the
    /// longer keys that begin with it.</summary>
    public IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> Scan(ReadOnlyMemory<byte> prefix)
    {
        StateNode? top = _root;
        int prefixBits = TreeKey.BitsOfPrefix(prefix.Length);
        while (top is StateNode.Branch branch && branch.Bit < prefixBits)
        {
            top = branch.Side(TreeKey.Bit(prefix.Span, branch.Bit));
        }

        // The keys of this subtree agree in at least the prefix's bits, so one of them speaks for all.
        return top is null || !First(top).Key.Span.StartsWith(prefix.Span) ? [] : EntriesBelow(top);
    }

    /// <summary>All keys below a node and their values, in ascending order of key.</summary>
    public static IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> EntriesBelow(StateNode top)
    {
        var pending = new Stack<StateNode>();
        pending.Push(top);
        while (pending.TryPop(out StateNode? node))
        {
            if (node is StateNode.Branch branch)
            {
                pending.Push(branch.One);
                pending.Push(branch.Zero);
            }
            else
            {
                var leaf = (StateNode.Leaf)node;
                yield return new(leaf.Key, leaf.Value);
            }
        }
    }

    /// <summary>The first key behind another one, whether that one is here or not, and its value; <see langword="null"/> behind the last.
    /// Takes one way through the tree.</summary>
    public KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? Next(ReadOnlySpan<byte> key)
    {
        if (Nearest(key) is not { } nearest)
        {
            return null;
        }

        int difference = TreeKey.FirstDifference(key, nearest.Key.Span);
        int end = difference < 0 ? TreeKey.MaxBits : difference;
        StateNode? behind = null;
        StateNode node = _root!;
        while (node is StateNode.Branch branch && branch.Bit < end)
        {
            bool one = TreeKey.Bit(key, branch.Bit);
            behind = one ? behind : branch.One;
            node = branch.Side(one);
        }

        // The keys below the place where the key would be are all on one side of it.
        if (difference >= 0 && !TreeKey.Bit(key, difference))
        {
            behind = node;
        }

        if (behind is null)
        {
            return null;
        }

        StateNode.Leaf next = First(behind);
        return new(next.Key, next.Value);
    }

    /// <summary>Proves what the tree says about a key: its value, or that it is absent.</summary>
    public StateProof Prove(ReadOnlySpan<byte> key)
    {
        if (_root is null)
        {
            return StateProof.OfEmptyTree;
        }

        List<StateProofStep> steps = [];
        StateNode node = _root;
        while (node is StateNode.Branch branch)
        {
            bool one = TreeKey.Bit(key, branch.Bit);
            steps.Add(new StateProofStep(branch.Bit, branch.Side(!one).Hash()));
            node = branch.Side(one);
        }

        var leaf = (StateNode.Leaf)node;
        return new StateProof(leaf.Key, Digest.Of(leaf.Value.Span), [.. steps]);
    }

    private static StateNode.Leaf First(StateNode node)
    {
        while (node is StateNode.Branch branch)
        {
            node = branch.Zero;
        }

        return (StateNode.Leaf)node;
    }

    /// <summary>The leaf to which the key's bits lead: its own if it has one, for every branch on the way is one that the key would
    /// meet.</summary>
    private StateNode.Leaf? Nearest(ReadOnlySpan<byte> key)
    {
        StateNode? node = _root;
        while (node is StateNode.Branch branch)
        {
            node = branch.Side(TreeKey.Bit(key, branch.Bit));
        }

        return (StateNode.Leaf?)node;
    }

    /// <summary>Replaces the first node on the key's way that is no branch before bit <paramref name="end"/>, and all nodes above
    /// it.</summary>
    private StateNode Replace(ReadOnlySpan<byte> key, int end, Func<StateNode, StateNode> replacement)
    {
        List<StateNode.Branch> way = [];
        StateNode node = _root!;
        while (node is StateNode.Branch branch && branch.Bit < end)
        {
            way.Add(branch);
            node = branch.Side(TreeKey.Bit(key, branch.Bit));
        }

        StateNode result = replacement(node);
        for (int i = way.Count - 1; i >= 0; i--)
        {
            result = way[i].WithSide(TreeKey.Bit(key, way[i].Bit), result);
        }

        return result;
    }
}
