using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Simulation;

namespace MedChain.Core.Tests.Consensus;

/// <summary>The smallest state that chooses validators: a transaction that begins with 0xEE lists the institutions of the next epoch; the
/// first valid one of an epoch counts.</summary>
internal sealed record ChoosingState(ImmutableArray<int> Members)
{
    private const byte Marker = 0xee;
    private long _epoch;
    private ImmutableArray<int> _next;

    public Digest Root { get; private init; }

    public ChosenValidators? Chosen { get; private init; }

    public static byte[] Choice(IEnumerable<int> members) => [Marker, .. members.Select(m => (byte)m)];

    public static bool IsChoice(ReadOnlyMemory<byte> transaction) => transaction.Span[0] == Marker;

    /// <summary>The set of some institutions, with operator keys that nobody holds.</summary>
    public static ValidatorSet SetOf(ImmutableArray<int> members) => new([.. members.Select(SimulatedSignatures.KeyOf).Select(key =>
        new Validator(key, default, new PublicKey(Digest.Of(key.ToArray()).ToArray())))]);

    public ChoosingState After(BlockHeight height, long epoch, IReadOnlyList<ReadOnlyMemory<byte>> transactions)
    {
        ChoosingState state = epoch == _epoch ? this : this with { Members = _next, _epoch = epoch, _next = default };
        foreach (ReadOnlyMemory<byte> transaction in transactions)
        {
            state = state with { Root = MerkleTree.HashChildren(state.Root, Digest.Of(transaction.Span)) };
            if (IsChoice(transaction) && state._next.IsDefault)
            {
                ImmutableArray<int> next = [.. transaction.ToArray().Skip(1).Select(b => (int)b)];
                int changed = next.Except(state.Members).Count() + state.Members.Except(next).Count();
                if (next.Length > 0 && changed is > 0 and <= 2)
                {
                    state = state with { _next = next, Chosen = new ChosenValidators(height, SetOf(next)) };
                }
            }
        }

        return state;
    }
}
