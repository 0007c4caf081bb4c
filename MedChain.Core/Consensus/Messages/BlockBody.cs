using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Everything of a block that consensus decided: what is stored beside the header, and what a lagging validator fetches.</summary>
/// <param name="Cut">The decided cut; <see langword="null"/> for the NULL value.</param>
/// <param name="Commit">The certificate that decided it.</param>
/// <param name="Batches">The batches whose transactions are the block, in the block's order.</param>
/// <param name="Skipped">Headers of batches that the cut reaches but the block does not take: over the block's size, or on a fork of their
/// lane. They show that nothing was left out.</param>
/// <param name="Frontier">The last delivered batch of each lane after this block, for every lane.</param>
internal sealed record BlockBody(
    Cut? Cut,
    VoteCertificate Commit,
    ImmutableArray<Batch> Batches,
    ImmutableArray<BatchHeader> Skipped,
    ImmutableArray<BatchReference> Frontier) : ICanonical<BlockBody>
{
    /// <summary>Gets the validators of the next epoch in the last block of an epoch; the block's header holds their hash, so the stored
    /// chain names its validators itself. <see langword="null"/> in every other block.</summary>
    public ValidatorSet? Next { get; init; }

    /// <summary>Gets who failed to lead, as of this block: so that neither a restart nor a jump to a snapshot needs older blocks.</summary>
    public LeaderHistory Leaders { get; init; } = LeaderHistory.Empty;

    /// <summary>Gets what ordering goes on from after this block.</summary>
    public OrderingState Ordering => new(Frontier, Leaders);

    /// <summary>Bytes of all batches, for limits on answers.</summary>
    public long PayloadSize => Batches.Sum(b => (long)b.Encoded.Length);

    void ICanonical<BlockBody>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(7);
        writer.WriteOptional(Cut);
        writer.Write(Commit);
        writer.BeginArray(Batches.Length);
        foreach (Batch batch in Batches)
        {
            writer.Write(batch.Encoded.Span);
        }

        writer.WriteList(Skipped);
        writer.WriteList(Frontier);
        writer.WriteOptional(Next);
        writer.Write(Leaders);
    }

    static BlockBody ICanonical<BlockBody>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(7);
        Cut? cut = reader.ReadOptional<Cut>();
        VoteCertificate commit = reader.Read<VoteCertificate>();
        int count = reader.ReadArrayCount(WireLimits.MaxBatchesInBlock);
        ImmutableArray<Batch>.Builder batches = ImmutableArray.CreateBuilder<Batch>();
        for (int i = 0; i < count; i++)
        {
            batches.Add(Batch.Decode(reader.ReadBytes(WireLimits.MaxBatchBytes)));
        }

        return new BlockBody(
            cut,
            commit,
            batches.DrainToImmutable(),
            [.. reader.ReadList<BatchHeader>(WireLimits.MaxBatchesInBlock)],
            [.. reader.ReadList<BatchReference>(ValidatorSet.MaxCount)])
        {
            Next = reader.ReadOptional<ValidatorSet>(),
            Leaders = reader.Read<LeaderHistory>(),
        };
    }
}
