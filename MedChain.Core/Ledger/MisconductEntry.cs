using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>A proved misconduct of a validator, as the chain records it: once for each place, whoever reported it.</summary>
/// <param name="Validator">The validator's index in the genesis.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Height">The block that recorded it.</param>
/// <param name="Evidence">SHA-256 of the evidence, which that block carries.</param>
public sealed record MisconductEntry(int Validator, Misconduct Kind, BlockHeight Height, Digest Evidence) : ICanonical<MisconductEntry>
{
    void ICanonical<MisconductEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write((long)Validator);
        writer.Write((long)Kind);
        writer.Write(Height);
        writer.Write(Evidence);
    }

    static MisconductEntry ICanonical<MisconductEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new MisconductEntry(
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1),
            (Misconduct)reader.ReadInt32(0, (int)Misconduct.HiddenVote),
            reader.ReadHeight(),
            reader.ReadDigest());
    }
}
