using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;

namespace MedChain.Core.Custody;

/// <summary>How a record's key is kept by the validators of its chain: an erasable attachment, of which only the commitment is on the
/// chain.</summary>
/// <param name="Content">How the content is encrypted.</param>
/// <param name="Commitments">Feldman commitments to the sharing polynomial, one for each coefficient: as many as shares are needed.</param>
/// <param name="SealedShares">Each validator's share, sealed to its custody key, in the order of the validators.</param>
internal sealed record KeyHeader(
    ContentHeader Content, ImmutableArray<RistrettoPoint> Commitments, ImmutableArray<ReadOnlyMemory<byte>> SealedShares)
    : ICanonical<KeyHeader>
{
    /// <summary>An HPKE-sealed scalar takes 80 bytes; there is room for a post-quantum hybrid.</summary>
    public const int MaxSealedShare = 2_048;

    void ICanonical<KeyHeader>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
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
        reader.BeginArray(3);
        var content = reader.Read<ContentHeader>();
        ImmutableArray<RistrettoPoint> commitments = [.. reader.ReadList<RistrettoPoint>(ValidatorSet.MaxCount)];
        var shares = new ReadOnlyMemory<byte>[reader.ReadArrayCount(ValidatorSet.MaxCount)];
        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] = reader.ReadBytes(MaxSealedShare);
        }

        return new KeyHeader(content, commitments, [.. shares]);
    }
}
