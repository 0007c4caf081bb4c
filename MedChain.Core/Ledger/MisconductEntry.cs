using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>A proved misconduct of a validator, as the chain records it: once for each place, whoever reported it.</summary>
/// <param name="VotingKey">The validator's voting key.</param>
/// <param name="Epoch">The epoch in which it did it.</param>
/// <param name="Validator">The validator's index in that epoch.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Height">The block that recorded it.</param>
/// <param name="Evidence">SHA-256 of the evidence, which that block carries.</param>
public sealed record MisconductEntry(
    PublicKey VotingKey, long Epoch, int Validator, Misconduct Kind, BlockHeight Height, Digest Evidence) : ICanonical<MisconductEntry>
{
    void ICanonical<MisconductEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(6);
        writer.Write(VotingKey);
        writer.Write(Epoch);
        writer.Write((long)Validator);
        writer.Write((long)Kind);
        writer.Write(Height);
        writer.Write(Evidence);
    }

    static MisconductEntry ICanonical<MisconductEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(6);
        return new MisconductEntry(
            reader.ReadPublicKey(),
            reader.ReadNonNegative(),
            reader.ReadInt32(0, ValidatorSet.MaxCount - 1),
            (Misconduct)reader.ReadInt32(0, (int)Misconduct.HiddenVote),
            reader.ReadHeight(),
            reader.ReadDigest());
    }
}
