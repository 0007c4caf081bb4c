using System.Collections.Immutable;
using System.Numerics;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Records;

/// <summary>Where a record's ciphertext is: the names of its chunks when they are few, else of pages with such names, so that a part of a
/// large record is found and checked without the rest.</summary>
/// <param name="Length">Length of the plaintext in bytes.</param>
/// <param name="Chunks">SHA-256 of each chunk, in order: the blobs' names; none when there are pages.</param>
/// <param name="Pages">The pages, in order.</param>
internal sealed record ContentIndex(long Length, ImmutableArray<Digest> Chunks, ImmutableArray<IndexPage> Pages) : ICanonical<ContentIndex>
{
    /// <summary>Most chunk names outside of pages: 4 MiB of plaintext.</summary>
    public const int MaxChunks = 64;

    private const int MinPadded = 1_024;
    private const int MaxPages = ContentCipher.MaxChunks / IndexPage.Capacity;

    /// <summary>How many chunks there are.</summary>
    public int Count => ContentCipher.CountOf(Length);

    /// <summary>RFC 9162 root over the names of all chunks; that over the pages' roots is the same.</summary>
    public Digest Root => Pages.IsEmpty ? ContentRoot.Of(Chunks.AsSpan()) : MerkleTree.Root([.. Pages.Select(page => page.Root)]);

    /// <summary>The index of chunks with some names, and the blobs of its pages.</summary>
    public static (ContentIndex Index, IReadOnlyList<byte[]> Pages) Of(Digest mark, long length, ReadOnlySpan<Digest> names)
    {
        if (names.Length <= MaxChunks)
        {
            return (new ContentIndex(length, [.. names], []), []);
        }

        var pages = ImmutableArray.CreateBuilder<IndexPage>();
        var blobs = new List<byte[]>();
        for (int i = 0; i < names.Length; i += IndexPage.Capacity)
        {
            ReadOnlySpan<Digest> part = names.Slice(i, Math.Min(IndexPage.Capacity, names.Length - i));
            blobs.Add(IndexPage.Encode(mark, part));
            pages.Add(new IndexPage(Digest.Of(blobs[^1]), ContentRoot.Of(part)));
        }

        return (new ContentIndex(length, [], pages.DrainToImmutable()), blobs);
    }

    /// <summary>Length to which the plaintext of a chunk is padded with zeros: a power of two, and at least 1 KiB. The last chunk would
    /// show the record's exact length otherwise.</summary>
    public static int Pad(int length) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, MinPadded));

    /// <summary>Plaintext bytes of a chunk, without what it is padded with.</summary>
    public int LengthOf(int chunk) => (int)Math.Min(ContentCipher.ChunkSize, Length - ((long)chunk * ContentCipher.ChunkSize));

    /// <summary>How many chunks a page names.</summary>
    public int CountOf(int page) => Math.Min(IndexPage.Capacity, Count - (page * IndexPage.Capacity));

    /// <summary>What is wrong with it; <see langword="null"/> for nothing.</summary>
    public string? Problem()
    {
        int pages = Count <= MaxChunks ? 0 : (Count + IndexPage.Capacity - 1) / IndexPage.Capacity;
        int chunks = pages == 0 ? Count : 0;
        return Chunks.Length == chunks && Pages.Length == pages
            ? null
            : $"A record of {Length} bytes has {chunks} named chunks and {pages} index pages, not {Chunks.Length} and {Pages.Length}.";
    }

    void ICanonical<ContentIndex>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Length);
        writer.WriteDigests(Chunks);
        writer.WriteList(Pages);
    }

    static ContentIndex ICanonical<ContentIndex>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        long length = reader.ReadNonNegative();
        return length <= ContentCipher.MaxLength
            ? new ContentIndex(length, reader.ReadDigests(MaxChunks), [.. reader.ReadList<IndexPage>(MaxPages)])
            : throw new MalformedDataException($"A record of {length} bytes; the limit is {ContentCipher.MaxLength}.");
    }
}
