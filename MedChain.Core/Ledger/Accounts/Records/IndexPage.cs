using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Records;

/// <summary>Names one page of a content's index.</summary>
/// <param name="Name">The page's name in the blob store.</param>
/// <param name="Root">RFC 9162 root over the names of the page's chunks: a subtree of the content's tree.</param>
internal readonly record struct IndexPage(Digest Name, Digest Root) : ICanonical<IndexPage>
{
    /// <summary>Chunk names of every page but the last. A power of two, so that pages are whole subtrees.</summary>
    public const int Capacity = 256;

    /// <summary>Length of the blob of a page that names so many chunks.</summary>
    public static int SizeOf(int count) => (1 + count) * Digest.Size;

    /// <summary>The blob of a page: the record's mark, which chunks begin with too, and the names.</summary>
    public static byte[] Encode(Digest mark, ReadOnlySpan<Digest> names)
    {
        byte[] bytes = new byte[SizeOf(names.Length)];
        mark.CopyTo(bytes);
        for (int i = 0; i < names.Length; i++)
        {
            names[i].CopyTo(bytes.AsSpan((1 + i) * Digest.Size));
        }

        return bytes;
    }

    /// <summary>Reads the names out of a page's blob.</summary>
    /// <returns><see langword="false"/> for the blob of another page.</returns>
    public bool TryRead(ReadOnlySpan<byte> blob, int count, [NotNullWhen(true)] out Digest[]? names)
    {
        names = null;
        if (blob.Length != SizeOf(count) || Digest.Of(blob) != Name)
        {
            return false;
        }

        var read = new Digest[count];
        for (int i = 0; i < count; i++)
        {
            read[i] = new Digest(blob.Slice((1 + i) * Digest.Size, Digest.Size));
        }

        names = read;
        return ContentRoot.Of(read) == Root;
    }

    void ICanonical<IndexPage>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Name);
        writer.Write(Root);
    }

    static IndexPage ICanonical<IndexPage>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new IndexPage(reader.ReadDigest(), reader.ReadDigest());
    }
}
