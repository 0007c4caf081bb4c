using MedChain.Core.Blocks;
using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Messages;

/// <summary>A leader whose view was ended by the others.</summary>
/// <param name="Validator">The leader.</param>
/// <param name="Slot">The first slot decided without it.</param>
/// <param name="Blocks">Blocks since then to which its lane added batches.</param>
/// <param name="Left">The slot at which that was enough to trust it again; 0 before.</param>
internal readonly record struct LeaderFailure(int Validator, long Slot, int Blocks, long Left) : ICanonical<LeaderFailure>
{
    void ICanonical<LeaderFailure>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write((long)Validator);
        writer.Write(Slot);
        writer.Write((long)Blocks);
        writer.Write(Left);
    }

    static LeaderFailure ICanonical<LeaderFailure>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new LeaderFailure(
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1),
            reader.ReadNonNegative(),
            reader.ReadInt32(0, ValidatorSet.MaxCount),
            reader.ReadNonNegative());
    }
}
