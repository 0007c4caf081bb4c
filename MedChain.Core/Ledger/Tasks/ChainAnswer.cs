using MedChain.Core.Encoding;

namespace MedChain.Core.Ledger.Tasks;

/// <summary>What one account chain said.</summary>
/// <param name="Round">The round it answered last; 0 for none.</param>
/// <param name="Count">How many of its patients permit, rounded down to the chain's bucket.</param>
/// <param name="Confirmed">Whether it said after the computation that all permits of this round still stand.</param>
/// <param name="Acknowledged">Whether it holds the task's operation record.</param>
internal readonly record struct ChainAnswer(int Round, long Count, bool Confirmed, bool Acknowledged) : ICanonical<ChainAnswer>
{
    void ICanonical<ChainAnswer>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write((long)Round);
        writer.Write(Count);
        writer.Write(Confirmed);
        writer.Write(Acknowledged);
    }

    static ChainAnswer ICanonical<ChainAnswer>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new ChainAnswer(
            reader.ReadInt32(0, TaskEntry.MaxRounds), reader.ReadNonNegative(), reader.ReadBoolean(), reader.ReadBoolean());
    }
}
