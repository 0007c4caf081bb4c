using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Resharing;

/// <summary>One old holder's share of a record's key, shared again among the new holders: an erasable attachment.</summary>
/// <param name="Mark">The record it belongs to (<see cref="RecordEntry.Mark"/>).</param>
/// <param name="Commitments">Feldman commitments; the first commits to the old holder's share, as the old header promises it.</param>
/// <param name="SealedShares">Each new holder's part, sealed to its custody key.</param>
/// <param name="Backup">All parts, sealed to the dealer itself, so that it can answer who says that its part is not good.</param>
internal sealed record ShareDeal(
    Digest Mark,
    ImmutableArray<RistrettoPoint> Commitments,
    ImmutableArray<ReadOnlyMemory<byte>> SealedShares,
    ReadOnlyMemory<byte> Backup) : ICanonical<ShareDeal>
{
    private const int MaxBackup = KeyHeader.MaxSealedShare + (SecretScalar.Size * ValidatorSet.MaxCount);

    /// <summary>What is wrong with it as far as anybody can see; <see langword="null"/> for nothing.</summary>
    /// <param name="mark">The record it must belong to.</param>
    /// <param name="header">The header that is dealt anew.</param>
    /// <param name="dealer">The old holder's place.</param>
    /// <param name="holders">The new holders.</param>
    public string? Problem(Digest mark, KeyHeader header, int dealer, ValidatorSet holders)
    {
        if (Mark != mark || Commitments.Length != holders.Quorum || SealedShares.Length != holders.Count)
        {
            return "The deal is that of another record, or for other holders.";
        }

        // Evaluating anywhere checks that all commitments are points.
        if (!SecretSharing.TryEvaluate(Commitments.AsSpan(), 1, out _))
        {
            return "A commitment of the deal is no point.";
        }

        return SecretSharing.TryEvaluate(header.Commitments.AsSpan(), dealer + 1, out RistrettoPoint share) && share == Commitments[0]
            ? null
            : "The deal does not begin with the dealer's own share.";
    }

    void ICanonical<ShareDeal>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Mark);
        writer.WriteList(Commitments);
        writer.BeginArray(SealedShares.Length);
        foreach (ReadOnlyMemory<byte> share in SealedShares)
        {
            writer.Write(share.Span);
        }

        writer.Write(Backup.Span);
    }

    static ShareDeal ICanonical<ShareDeal>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        Digest mark = reader.ReadDigest();
        ImmutableArray<RistrettoPoint> commitments = [.. reader.ReadList<RistrettoPoint>(ValidatorSet.MaxCount)];
        var shares = new ReadOnlyMemory<byte>[reader.ReadArrayCount(ValidatorSet.MaxCount)];
        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] = reader.ReadBytes(KeyHeader.MaxSealedShare);
        }

        return new ShareDeal(mark, commitments, [.. shares], reader.ReadBytes(MaxBackup));
    }
}
