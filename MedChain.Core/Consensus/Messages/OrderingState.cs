using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>What ordering carries from one block to the next, apart from the state: a pure function of the decided cuts. Headers commit to
/// it, so a validator can start after any block.</summary>
/// <param name="Frontier">The last delivered batch of each lane, in the order of the lanes.</param>
/// <param name="Leaders">Who failed to lead.</param>
internal sealed record OrderingState(ImmutableArray<BatchReference> Frontier, LeaderHistory Leaders) : ICanonical<OrderingState>
{
    /// <summary>The hash that a header carries.</summary>
    public Digest Hash() => Canonical.Hash("medchain/ordering/v1", this);

    void ICanonical<OrderingState>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.WriteList(Frontier);
        writer.Write(Leaders);
    }

    static OrderingState ICanonical<OrderingState>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new OrderingState(
            ImmutableArray.Create(reader.ReadList<BatchReference>(ValidatorSet.MaxCount)), reader.Read<LeaderHistory>());
    }
}
