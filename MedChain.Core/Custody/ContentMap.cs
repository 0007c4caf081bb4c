using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Custody;

/// <summary>Finds the chunks of a record by its index, of which it reads only the pages that are asked for. Every name that it gives is
/// under the record's content root. Thread safe.</summary>
/// <param name="index">The index.</param>
/// <param name="blobs">Where the pages are; not trusted.</param>
internal sealed class ContentMap(ContentIndex index, IBlobStore blobs)
{
    private volatile Page? _last;

    public ContentIndex Index => index;

    /// <summary>Whether the index is that of a content root. Ask before anything else.</summary>
    public bool IsOf(Digest contentRoot) => index.Problem() is null && index.Root == contentRoot;

    /// <summary>The name of a chunk.</summary>
    /// <returns><see langword="null"/> when the page that names it is gone, or is not that of the index.</returns>
    /// <exception cref="StorageException">The store failed.</exception>
    public async ValueTask<Digest?> TryNameAsync(int chunk, CancellationToken cancellationToken)
    {
        if (index.Pages.IsEmpty)
        {
            return index.Chunks[chunk];
        }

        int number = chunk / IndexPage.Capacity;
        if (_last is not { } page || page.Number != number)
        {
            if (await TryReadAsync(number, cancellationToken).ConfigureAwait(false) is not { } names)
            {
                return null;
            }

            _last = page = new Page(number, names);
        }

        return page.Names[chunk % IndexPage.Capacity];
    }

    /// <summary>The names on a page.</summary>
    /// <returns><see langword="null"/> when the page is gone, or is not that of the index.</returns>
    /// <exception cref="StorageException">The store failed.</exception>
    public async ValueTask<Digest[]?> TryReadAsync(int page, CancellationToken cancellationToken)
    {
        int count = index.CountOf(page);
        byte[] blob = new byte[IndexPage.SizeOf(count)];
        return await blobs.TryReadAsync(index.Pages[page].Name, blob, cancellationToken).ConfigureAwait(false) == blob.Length
            && index.Pages[page].TryRead(blob, count, out Digest[]? names)
                ? names
                : null;
    }

    private sealed record Page(int Number, Digest[] Names);
}
