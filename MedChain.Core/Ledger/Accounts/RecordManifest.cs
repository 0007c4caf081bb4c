using System.Collections.Immutable;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>Off-chain description of a record, an erasable attachment.</summary>
/// <param name="Mark">The record it belongs to (<see cref="RecordEntry.Mark"/>).</param>
/// <param name="Category">Category that policies name, such as "laboratory".</param>
/// <param name="Labels">Sensitivity labels, sorted, such as "PSY".</param>
/// <param name="Collected">When the content was collected, in milliseconds since the Unix epoch.</param>
/// <param name="Chunks">SHA-256 of each ciphertext chunk, in order: the blobs' names.</param>
internal sealed record RecordManifest(
    Digest Mark, string Category, ImmutableArray<string> Labels, long Collected, ImmutableArray<Digest> Chunks)
    : ICanonical<RecordManifest>
{
    public const int MaxCategoryBytes = 64;
    public const int MaxLabels = 16;
    public const int MaxLabelBytes = 32;

    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem()
    {
        if (Category.Length == 0)
        {
            return "A record has a category.";
        }

        for (int i = 1; i < Labels.Length; i++)
        {
            if (string.CompareOrdinal(Labels[i - 1], Labels[i]) >= 0)
            {
                return "A record's labels are sorted and different.";
            }
        }

        return Chunks.Length == 0 ? "A record has at least one chunk." : null;
    }

    void ICanonical<RecordManifest>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Mark);
        writer.Write(Category);
        writer.WriteStrings(Labels);
        writer.Write(Collected);
        writer.WriteDigests(Chunks);
    }

    static RecordManifest ICanonical<RecordManifest>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new RecordManifest(
            reader.ReadDigest(),
            reader.ReadString(MaxCategoryBytes),
            reader.ReadStrings(MaxLabels, MaxLabelBytes),
            reader.ReadNonNegative(),
            reader.ReadDigests(ContentCipher.MaxChunks));
    }
}
