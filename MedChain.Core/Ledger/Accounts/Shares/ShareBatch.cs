using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Shares;

/// <summary>Shares of several records in the clear, on their way out of a custodian or into a recipient: pinned, so that no copy is left
/// behind, and zeroed on disposal.</summary>
internal sealed class ShareBatch : IDisposable
{
    /// <summary>Most shares of one batch.</summary>
    public const int MaxCount = 256 * 1024;

    private const int EntrySize = Digest.Size + 1 + SecretScalar.Size;

    private readonly byte[] _entries;

    /// <param name="capacity">Room for so many shares.</param>
    public ShareBatch(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, MaxCount);
        _entries = GC.AllocateArray<byte>(capacity * EntrySize, pinned: true);
    }

    public int Count { get; private set; }

    /// <summary>Opens a batch; <see langword="false"/> for anything wrong with it.</summary>
    public static bool TryOpen(
        DecryptionKey key, ReadOnlySpan<byte> binding, ReadOnlySpan<byte> message, [NotNullWhen(true)] out ShareBatch? batch)
    {
        batch = null;
        int length = message.Length - Hpke.Overhead;
        if (length < 0 || length % EntrySize != 0 || length / EntrySize > MaxCount)
        {
            return false;
        }

        var opened = new ShareBatch(length / EntrySize);
        if (!Hpke.TryOpen(key, binding, [], message, opened._entries.AsSpan()))
        {
            opened.Dispose();
            return false;
        }

        opened.Count = length / EntrySize;
        batch = opened;
        return true;
    }

    /// <summary>Opens a batch with what its recipient has published; <see langword="null"/> for anything wrong with it.</summary>
    public static ShareBatch? TryOpenRevealed(ReadOnlySpan<byte> opening, ReadOnlySpan<byte> message)
    {
        int length = message.Length - Hpke.Overhead;
        if (length < 0 || length % EntrySize != 0 || length / EntrySize > MaxCount)
        {
            return null;
        }

        var opened = new ShareBatch(length / EntrySize);
        if (Hpke.TryOpenRevealed(opening, [], message, opened._entries))
        {
            opened.Count = length / EntrySize;
            return opened;
        }

        opened.Dispose();
        return null;
    }

    /// <summary>Adds a share.</summary>
    /// <param name="record">The record.</param>
    /// <param name="holder">Which of the record's shares it is, from 1.</param>
    /// <param name="share">The share.</param>
    public void Add(Digest record, int holder, SecretScalar share)
    {
        Span<byte> entry = Entry(Count);
        record.CopyTo(entry);
        entry[Digest.Size] = (byte)holder;
        using SecretScalar.Lease lease = share.Borrow();
        lease.Bytes.CopyTo(entry[(Digest.Size + 1)..]);
        Count++;
    }

    public byte[] Seal(AgreementKey recipient, ReadOnlySpan<byte> binding) =>
        Hpke.Seal(recipient, binding, [], _entries.AsSpan(0, Count * EntrySize));

    public Digest RecordAt(int index) => new(Entry(index)[..Digest.Size]);

    /// <summary>Which of the record's shares it is, by the custodian's word.</summary>
    public int HolderAt(int index) => Entry(index)[Digest.Size];

    /// <summary>Takes a share out into memory of its own; <see langword="null"/> when its bytes are no scalar.</summary>
    public SecretScalar? ShareAt(int index) =>
        SecretScalar.TryImport(Entry(index)[(Digest.Size + 1)..], out SecretScalar? share) ? share : null;

    public void Dispose() => CryptographicOperations.ZeroMemory(_entries);

    private Span<byte> Entry(int index) => _entries.AsSpan(index * EntrySize, EntrySize);
}
