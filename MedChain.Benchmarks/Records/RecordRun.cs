using System.Diagnostics;
using System.Security.Cryptography;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Benchmarks.Records;

/// <summary>One record stored and read without a chain, against the cipher and the hash alone. The measured things take turns, so that
/// whatever else the machine does slows all of them.</summary>
internal sealed class RecordRun : IDisposable
{
    private const int WarmUps = 20;
    private const int ChunkSize = ContentCipher.ChunkSize;

    private static readonly ChainId Chain = new(Digest.Of([1]));
    private static readonly AccountId Owner = new(Digest.Of([2]));

    private readonly SigningKey _operator = SigningKey.Create();
    private readonly DecryptionKey _custody = DecryptionKey.Create();
    private readonly DecryptionKey _reader = DecryptionKey.Create();
    private readonly SigningKey _voting = SigningKey.Create();
    private readonly ContentKey _key = new(ContentKey.Preferred, RandomNumberGenerator.GetBytes(ContentKey.Size));
    private readonly IBlobStore _blobs;
    private readonly byte[] _content;
    private readonly byte[][] _chunks;
    private readonly byte[] _plaintext;
    private readonly ValidatorSet _validators;

    public RecordRun(int bytes, IBlobStore blobs)
    {
        _blobs = blobs;
        _content = RandomNumberGenerator.GetBytes(bytes);
        _plaintext = new byte[bytes];
        _validators = new ValidatorSet([new Validator(_voting.PublicKey, _custody.PublicKey, _operator.PublicKey)]);
        _chunks = [.. Enumerable.Range(0, ContentCipher.CountOf(bytes)).Select(i => new byte[LengthOf(i) + _key.TagSize])];
    }

    /// <summary>Measures.</summary>
    /// <param name="count">How many times each.</param>
    /// <returns>Times of one operation each.</returns>
    /// <exception cref="InvalidOperationException">What was read is not what was stored.</exception>
    public async Task<RecordTimes> MeasureAsync(int count)
    {
        using RecordContents stored = await StoreAndOpenAsync();
        var times = new List<TimeSpan[]>();
        for (int i = -WarmUps; i < count; i++)
        {
            TimeSpan[] round =
            [
                Time(EncryptAndHash),
                Time(HashAndDecrypt),
                await TimeStoringAsync(),
                await TimeAsync(() => ReadAsync(stored)),
                await TimeAsync(() => ReadAllAsync(stored)),
            ];
            if (i >= 0)
            {
                times.Add(round);
            }
        }

        double[] medians = [.. Enumerable.Range(0, 5).Select(i => Measuring.Median.Of(times, round => round[i].TotalMicroseconds))];
        return new RecordTimes(medians[0], medians[1], medians[2], medians[3], medians[4]);
    }

    public void Dispose()
    {
        _key.Dispose();
        _operator.Dispose();
        _custody.Dispose();
        _reader.Dispose();
        _voting.Dispose();
    }

    private static TimeSpan Time(Action action)
    {
        long started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> action)
    {
        long started = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(started);
    }

    private int LengthOf(int chunk) => Math.Min(ChunkSize, _content.Length - (chunk * ChunkSize));

    /// <summary>What storing cannot do without.</summary>
    private void EncryptAndHash()
    {
        for (int i = 0; i < _chunks.Length; i++)
        {
            _key.Encrypt(i, [], _content.AsSpan(i * ChunkSize, LengthOf(i)), _chunks[i]);
            _ = Digest.Of(_chunks[i]);
        }
    }

    /// <summary>What reading cannot do without.</summary>
    private void HashAndDecrypt()
    {
        for (int i = 0; i < _chunks.Length; i++)
        {
            _ = Digest.Of(_chunks[i]);
            Require(_key.TryDecrypt(i, [], _chunks[i], _plaintext.AsSpan(i * ChunkSize, LengthOf(i))));
        }
    }

    /// <summary>Stores a record, and takes it away again without counting that: a store that grows would be measured too.</summary>
    private async Task<TimeSpan> TimeStoringAsync()
    {
        long started = Stopwatch.GetTimestamp();
        using var upload = new RecordUpload(Chain, Owner, _blobs);
        await upload.WriteAsync(_content, CancellationToken.None);
        TimeSpan time = Stopwatch.GetElapsedTime(started);
        await upload.AbandonAsync();
        return time;
    }

    private async Task ReadAsync(RecordContents record) =>
        Require(await record.ReadAsync(0, _plaintext, CancellationToken.None) is null && _plaintext[^1] == _content[^1]);

    private async Task ReadAllAsync(RecordContents record)
    {
        RecordContent content = await record.ReadAllAsync(CancellationToken.None);
        Require(content.Plaintext is { } plaintext && plaintext.Length == _content.Length && plaintext[^1] == _content[^1]);
    }

    /// <summary>A record with one custodian, which released its share.</summary>
    private async Task<RecordContents> StoreAndOpenAsync()
    {
        using var upload = new RecordUpload(Chain, Owner, _blobs);
        ContentIndex index = await upload.WriteAsync(_content, CancellationToken.None);
        SealedRecord record = upload.Sealer.Deal(
            index, epoch: 0, _validators, new RecordDescription("imaging").Normalize(DateTimeOffset.UnixEpoch));
        await _blobs.PutAsync([record.Manifest.Bytes, record.KeyHeader.Bytes], CancellationToken.None);
        KeyHeader header = Canonical.Decode<KeyHeader>(record.KeyHeader.Content);
        using SecretScalar share = DealtShare.Open(_custody, Chain, record.Command.Record, header, 0).Share!;
        using var batch = new ShareBatch(1);
        batch.Add(record.Command.Record, 1, share);
        Digest permit = Digest.Of([3]);
        ReleasedShares released = ReleasedShares.Sign(
            _operator,
            Chain,
            permit,
            new BlockHeight(1),
            batch.Count,
            batch.Seal(_reader.PublicKey, ShareSeal.Release(Chain, permit, _operator.PublicKey)));
        using var shares = new OpenedShares(Chain, permit, _reader, [released]);
        (RecordContents? contents, string? problem) = await RecordContents.OpenAsync(
            Chain,
            new PermittedRecord(
                record.Command.Record, record.Command.ContentRoot, record.Command.Manifest, record.Command.KeyHeader),
            shares,
            _blobs,
            CancellationToken.None);
        Require(problem is null);
        RecordContent content = await contents!.ReadAllAsync(CancellationToken.None);
        Require(content.Plaintext.AsSpan().SequenceEqual(_content));
        return contents;
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("What was read is not what was stored.");
        }
    }
}

/// <summary>Medians in microseconds.</summary>
/// <param name="EncryptAndHash">The bare primitives of storing.</param>
/// <param name="HashAndDecrypt">The bare primitives of reading.</param>
/// <param name="Store">Encrypting, hashing and storing.</param>
/// <param name="Read">Fetching, checking and decrypting into the caller's memory.</param>
/// <param name="ReadAll">The same into a new array.</param>
internal sealed record RecordTimes(double EncryptAndHash, double HashAndDecrypt, double Store, double Read, double ReadAll);
