using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;

namespace MedChain.Core.Custody;

/// <summary>Encrypts one record under a new key, chunk by chunk, and at the end shares the key among the chain's validators. Not thread
/// safe.</summary>
internal sealed class RecordSealer : IDisposable
{
    /// <summary>How many bytes of a chunk come before its ciphertext: the record's mark.</summary>
    public const int MarkSize = Digest.Size;

    private readonly ChainId _chain;
    private readonly SecretScalar _secret = SecretScalar.Random();
    private readonly ContentCipher _cipher;
    private readonly Digest _mark;
    private readonly List<Digest> _names = [];
    private long _length;

    /// <param name="chain">The owner's chain.</param>
    /// <param name="owner">The owner.</param>
    public RecordSealer(ChainId chain, AccountId owner)
    {
        _chain = chain;
        Record = new Digest(SecureRandom.Bytes(Digest.Size));
        _mark = RecordEntry.Mark(owner, Record);
        _cipher = ContentCipher.ForNew(_secret, chain, Record);
    }

    /// <summary>The record's random name.</summary>
    public Digest Record { get; }

    /// <summary>Names of the chunks so far.</summary>
    public ReadOnlySpan<Digest> Names => CollectionsMarshal.AsSpan(_names);

    /// <summary>How many shares restore a key: as many as a quorum, so that no f validators can, and the honest ones always can.</summary>
    public static int Threshold(ValidatorSet validators) => validators.Quorum;

    /// <summary>Length of a chunk of so many plaintext bytes.</summary>
    public int SealedSize(int plaintextLength) => MarkSize + _cipher.SealedSize(ContentIndex.Pad(plaintextLength));

    /// <summary>Encrypts the next chunk, the last one padded.</summary>
    /// <param name="plaintext">Exactly <see cref="ContentCipher.ChunkSize"/> bytes, or fewer in the last chunk.</param>
    /// <param name="isLast">Whether the content ends with it.</param>
    /// <param name="chunk">As long as <see cref="SealedSize"/> says.</param>
    public void SealNext(ReadOnlySpan<byte> plaintext, bool isLast, Span<byte> chunk)
    {
        if (!isLast && plaintext.Length != ContentCipher.ChunkSize)
        {
            throw new ArgumentException($"A chunk of {plaintext.Length} bytes before the last.", nameof(plaintext));
        }

        _mark.CopyTo(chunk);
        _length += plaintext.Length;
        int padded = ContentIndex.Pad(plaintext.Length);
        if (padded == plaintext.Length)
        {
            _cipher.EncryptNext(plaintext, isLast, chunk[MarkSize..]);
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(padded);
        plaintext.CopyTo(buffer);
        buffer.AsSpan(plaintext.Length, padded - plaintext.Length).Clear();
        _cipher.EncryptNext(buffer.AsSpan(0, padded), isLast, chunk[MarkSize..]);
        CryptographicOperations.ZeroMemory(buffer.AsSpan(0, plaintext.Length));
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Takes down the name under which a chunk was stored; all of them, in their order.</summary>
    public void Name(Digest chunk) => _names.Add(chunk);

    /// <summary>The index of the stored chunks, and the blobs of its pages.</summary>
    public (ContentIndex Index, IReadOnlyList<byte[]> Pages) Index() => ContentIndex.Of(_mark, _length, Names);

    /// <summary>Shares the key, and makes the command. Again for other validators when the epoch has ended meanwhile.</summary>
    /// <param name="index">The index of the chunks.</param>
    /// <param name="epoch">The chain's present epoch.</param>
    /// <param name="validators">The validators of the epoch.</param>
    /// <param name="description">What the record is, normalized.</param>
    /// <param name="previous">The record of which it is a new version; zero for none.</param>
    public SealedRecord Deal(
        ContentIndex index, long epoch, ValidatorSet validators, RecordDescription description, Digest previous = default)
    {
        using DealtSecret dealt = SecretSharing.Deal(_secret, Threshold(validators), validators.Count);
        ImmutableArray<ReadOnlyMemory<byte>> shares =
        [
            .. validators.Members.Select((validator, i) =>
                (ReadOnlyMemory<byte>)dealt.Shares[i].Seal(validator.CustodyKeys, ShareSeal.Deposit(_chain, Record, i))),
        ];
        Attachment header = Attachment.Create(new KeyHeader(_mark, _cipher.Header, dealt.Commitments, shares));
        Attachment manifest = Attachment.Create(new RecordManifest(_mark, description, index));
        return new SealedRecord(manifest, header, new StoreRecord(
            Record, index.Root, SizeBucket(index.Length), manifest.Commitment, header.Commitment, epoch, previous));
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _secret.Dispose();
    }

    /// <summary>0 up to 1 KiB, then one more for each doubling.</summary>
    public static int SizeBucket(long length) =>
        BitOperations.Log2(BitOperations.RoundUpToPowerOf2((ulong)((length + 1_023) / 1_024)) | 1);
}
