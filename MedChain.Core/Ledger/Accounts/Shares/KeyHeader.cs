using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Shares;

/// <summary>How a record's key is kept by the validators of its chain: an erasable attachment, of which only the commitment is on the
/// chain.</summary>
/// <param name="Mark">The record it belongs to (<see cref="RecordEntry.Mark"/>).</param>
/// <param name="Content">How the content is encrypted.</param>
/// <param name="Commitments">Feldman commitments to the sharing polynomial, one for each coefficient: as many as shares are needed.</param>
/// <param name="SealedShares">Each validator's share, sealed to its custody key, in the order of the validators.</param>
internal sealed record KeyHeader(
    Digest Mark, ContentHeader Content, ImmutableArray<RistrettoPoint> Commitments, ImmutableArray<ReadOnlyMemory<byte>> SealedShares)
    : ICanonical<KeyHeader>
{
    /// <summary>A sealed scalar takes 81 bytes, one that is sealed to a hybrid key 1,169.</summary>
    public const int MaxSealedShare = 2_048;

    /// <summary>What is wrong with it for a set of custodians, as far as anybody can see; <see langword="null"/> for nothing.</summary>
    /// <param name="mark">The record it must belong to.</param>
    /// <param name="custodians">Whose shares it must hold.</param>
    public string? Problem(Digest mark, ValidatorSet custodians)
    {
        if (Mark != mark)
        {
            return "The key header is that of another record.";
        }

        return Commitments.Length == custodians.Quorum && SealedShares.Length == custodians.Count
            ? null
            : $"The key header has {Commitments.Length} commitments and {SealedShares.Length} shares; with these validators it must have "
                + $"{custodians.Quorum} and {custodians.Count}.";
    }

    void ICanonical<KeyHeader>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Mark);
        writer.Write(Content);
        writer.WriteList(Commitments);
        writer.BeginArray(SealedShares.Length);
        foreach (ReadOnlyMemory<byte> share in SealedShares)
        {
            writer.Write(share.Span);
        }
    }

    static KeyHeader ICanonical<KeyHeader>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        Digest mark = reader.ReadDigest();
        var content = reader.Read<ContentHeader>();
        ImmutableArray<RistrettoPoint> commitments = [.. reader.ReadList<RistrettoPoint>(ValidatorSet.MaxCount)];
        var shares = new ReadOnlyMemory<byte>[reader.ReadArrayCount(ValidatorSet.MaxCount)];
        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] = reader.ReadBytes(MaxSealedShare);
        }

        return new KeyHeader(mark, content, commitments, [.. shares]);
    }
}
