using MedChain.Core.Primitives;

namespace MedChain.Core.Merkle;

/// <summary>An immutable node of the state tree, which remembers its hash once it is asked for.</summary>
internal abstract class StateNode
{
    private Digest _hash;
    private bool _hashed;

    private StateNode()
    {
    }

    /// <summary>Gets whether the hash is known. Threads that compute it at the same time write the same bytes, so the flag after the value
    /// is all they need.</summary>
    public bool IsHashed => Volatile.Read(ref _hashed);

    /// <summary>The hash. Below nodes without one, it is computed with a stack on the heap: the depth is the keys' choice.</summary>
    public Digest Hash()
    {
        if (IsHashed)
        {
            return _hash;
        }

        var pending = new Stack<StateNode>();
        pending.Push(this);
        while (pending.TryPeek(out StateNode? node))
        {
            if (node is Branch { Zero.IsHashed: false } left)
            {
                pending.Push(left.Zero);
            }
            else if (node is Branch { One.IsHashed: false } right)
            {
                pending.Push(right.One);
            }
            else
            {
                node._hash = node.Compute();
                Volatile.Write(ref node._hashed, true);
                pending.Pop();
            }
        }

        return _hash;
    }

    /// <summary>The hash, from the children's.</summary>
    protected abstract Digest Compute();

    /// <summary>A key and its value.</summary>
    public sealed class Leaf(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) : StateNode
    {
        public ReadOnlyMemory<byte> Key { get; } = key;

        public ReadOnlyMemory<byte> Value { get; } = value;

        protected override Digest Compute() => StateHash.Leaf(Key.Span, Digest.Of(Value.Span));
    }

    /// <summary>Two subtrees whose keys are equal before a bit and differ in it.</summary>
    public sealed class Branch(int bit, StateNode zero, StateNode one) : StateNode
    {
        public int Bit { get; } = bit;

        public StateNode Zero { get; } = zero;

        public StateNode One { get; } = one;

        public StateNode Side(bool one) => one ? One : Zero;

        public Branch WithSide(bool one, StateNode child) => one ? new Branch(Bit, Zero, child) : new Branch(Bit, child, One);

        protected override Digest Compute() => StateHash.Branch(Bit, Zero.Hash(), One.Hash());
    }
}
