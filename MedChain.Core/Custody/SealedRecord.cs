using System.Collections.Immutable;
using System.Numerics;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Custody;

/// <summary>A record encrypted by its owner: ciphertext for the blob store, attachments, and the command that puts the commitments on the
/// chain.</summary>
/// <param name="Chunks">Ciphertext.</param>
/// <param name="Manifest">What it is and where its chunks are.</param>
/// <param name="KeyHeader">The shared key.</param>
/// <param name="Command">The command.</param>
internal sealed record SealedRecord(IReadOnlyList<byte[]> Chunks, Attachment Manifest, Attachment KeyHeader, StoreRecord Command)
{
    /// <summary>How many shares restore a key: as many as a quorum, so that no f validators can, and the honest ones always can.</summary>
    public static int Threshold(ValidatorSet validators) => validators.Quorum;

    /// <summary>Encrypts content under a new key and shares the key among the chain's validators.</summary>
    /// <param name="chain">The owner's chain.</param>
    /// <param name="owner">The owner.</param>
    /// <param name="epoch">The chain's present epoch.</param>
    /// <param name="validators">The validators of the epoch.</param>
    /// <param name="content">The plaintext.</param>
    /// <param name="category">The record's category.</param>
    /// <param name="labels">Sensitivity labels.</param>
    /// <param name="collected">When it was collected, in milliseconds since the Unix epoch.</param>
    public static SealedRecord Create(
        ChainId chain,
        AccountId owner,
        long epoch,
        ValidatorSet validators,
        ReadOnlySpan<byte> content,
        string category,
        IEnumerable<string> labels,
        long collected)
    {
        var record = new Digest(SecureRandom.Bytes(Digest.Size));
        Digest mark = RecordEntry.Mark(owner, record);
        using DealtSecret dealt = SecretSharing.Deal(Threshold(validators), validators.Count);
        using ContentCipher cipher = ContentCipher.ForNew(dealt.Secret, chain, record);
        IReadOnlyList<byte[]> chunks = cipher.Encrypt(content, mark.ToArray());
        ImmutableArray<ReadOnlyMemory<byte>> shares =
        [
            .. validators.Members.Select((validator, i) =>
                (ReadOnlyMemory<byte>)dealt.Shares[i].Seal(validator.CustodyKey, ShareSeal.Deposit(chain, record, i), [])),
        ];
        Attachment header = Attachment.Create(new KeyHeader(mark, cipher.Header, dealt.Commitments, shares));
        Attachment manifest = Attachment.Create(new RecordManifest(
            mark,
            category,
            [.. labels.Distinct().Order(StringComparer.Ordinal)],
            collected,
            [.. chunks.Select(c => Digest.Of(c))]));
        var command = new StoreRecord(
            record, ContentRoot.Of(chunks), SizeBucket(content.Length), manifest.Commitment, header.Commitment, epoch);
        return new SealedRecord(chunks, manifest, header, command);
    }

    /// <summary>0 up to 1 KiB, then one more for each doubling.</summary>
    private static int SizeBucket(int length) => BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)((length + 1_023) / 1_024)) | 1);
}
