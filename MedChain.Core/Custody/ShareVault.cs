using System.Collections.Concurrent;
using System.Security.Cryptography;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Custody;

/// <summary>The shares that one custodian keeps, each under the key header it belongs to, in a store of the custodian's own. Thread
/// safe.</summary>
/// <remarks>A share lies there together with a random secret whose hash is the share's handle. The handles of all shares at hand are the
/// leaves of a sorted Merkle tree, the roster.</remarks>
internal sealed class ShareVault
{
    private const int ContentSize = Digest.Size + SecretScalar.Size;

    private readonly ChainId _chain;
    private readonly OpeningKeys _keys;
    private readonly IBlobStore _store;
    private readonly ConcurrentDictionary<Digest, Kept> _shares = [];
    private readonly Lock _rosterLock = new();
    private StateTree _roster = StateTree.Empty;

    private ShareVault(ChainId chain, OpeningKeys keys, IBlobStore store)
    {
        _chain = chain;
        _keys = keys;
        _store = store;
    }

    /// <summary>The sorted Merkle tree of the handles of the shares at hand.</summary>
    public StateTree Roster
    {
        get
        {
            lock (_rosterLock)
            {
                return _roster;
            }
        }
    }

    /// <summary>Opens a vault with what its store holds.</summary>
    /// <exception cref="StorageException">The store failed, or is damaged.</exception>
    public static async ValueTask<ShareVault> OpenAsync(
        ChainId chain, OpeningKeys keys, IBlobStore store, CancellationToken cancellationToken)
    {
        var vault = new ShareVault(chain, keys, store);
        foreach (Digest blob in store.List())
        {
            if (await store.TryGetAsync(blob, cancellationToken).ConfigureAwait(false) is { } bytes
                && Canonical.TryDecode(bytes, out HeldShare? share, out _))
            {
                vault.Add(share, blob);
            }
        }

        return vault;
    }

    /// <summary>The handle of the share kept of a key header; zero when none is.</summary>
    public Digest HandleOf(Digest keyHeader) => _shares.TryGetValue(keyHeader, out Kept kept) ? kept.Handle : default;

    /// <summary>Keeps a share; durable when done. One of the same key header is kept already when this returns its handle.</summary>
    /// <returns>The share's handle.</returns>
    /// <exception cref="StorageException">The store failed or is full.</exception>
    public async ValueTask<Digest> KeepAsync(
        AccountId owner, Digest record, Digest keyHeader, SecretScalar share, CancellationToken cancellationToken)
    {
        if (_shares.TryGetValue(keyHeader, out Kept known))
        {
            return known.Handle;
        }

        HeldShare held = SealToSelf(owner, record, keyHeader, share);
        byte[] blob = Canonical.Encode(held);
        await _store.PutAsync([blob], cancellationToken).ConfigureAwait(false);
        Add(held, Digest.Of(blob));
        return held.Handle;
    }

    /// <summary>Opens the share kept of a key header.</summary>
    /// <returns>The share, which the caller disposes; <see langword="null"/> when none is kept or it does not open.</returns>
    /// <exception cref="StorageException">The store failed, or is damaged.</exception>
    public async ValueTask<SecretScalar?> TryOpenAsync(Digest keyHeader, CancellationToken cancellationToken)
    {
        if (!_shares.TryGetValue(keyHeader, out Kept kept)
            || await _store.TryGetAsync(kept.Blob, cancellationToken).ConfigureAwait(false) is not { } blob
            || !Canonical.TryDecode(blob, out HeldShare? held, out _))
        {
            return null;
        }

        Span<byte> content = stackalloc byte[ContentSize];
        try
        {
            return SealedBox.TryOpen(_keys, ShareSeal.Holding(_chain, keyHeader), held.Sealed.Span, content)
                && SecretScalar.TryImport(content[Digest.Size..], out SecretScalar? share)
                    ? share
                    : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Destroys the share kept of a key header, with the secret that lies with it.</summary>
    /// <exception cref="StorageException">The store failed.</exception>
    public async ValueTask EraseAsync(Digest keyHeader, CancellationToken cancellationToken)
    {
        if (!_shares.TryGetValue(keyHeader, out Kept kept))
        {
            return;
        }

        await _store.EraseAsync(kept.Blob, cancellationToken).ConfigureAwait(false);
        if (_shares.TryRemove(keyHeader, out _))
        {
            lock (_rosterLock)
            {
                _roster = _roster.Without(kept.Handle.ToArray());
            }
        }
    }

    private HeldShare SealToSelf(AccountId owner, Digest record, Digest keyHeader, SecretScalar share)
    {
        Span<byte> content = stackalloc byte[ContentSize];
        SecureRandom.Fill(content[..Digest.Size]);
        using (SecretScalar.Lease lease = share.Borrow())
        {
            lease.Bytes.CopyTo(content[Digest.Size..]);
        }

        Digest handle = ShareHandle.Of(_chain, keyHeader, new Digest(content[..Digest.Size]));
        byte[] message = SealedBox.Seal(_keys.Public, ShareSeal.Holding(_chain, keyHeader), content);
        CryptographicOperations.ZeroMemory(content);
        return new HeldShare(owner, record, keyHeader, handle, message);
    }

    private void Add(HeldShare share, Digest blob)
    {
        if (_shares.TryAdd(share.KeyHeader, new Kept(share.Owner, share.Record, share.Handle, blob)))
        {
            lock (_rosterLock)
            {
                _roster = _roster.With(share.Handle.ToArray(), ReadOnlyMemory<byte>.Empty);
            }
        }
    }

    private readonly record struct Kept(AccountId Owner, Digest Record, Digest Handle, Digest Blob);
}
