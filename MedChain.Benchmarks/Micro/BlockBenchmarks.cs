using BenchmarkDotNet.Attributes;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Benchmarks.Micro;

/// <summary>A block of one batch with 1,000 transactions of 512 B, as it travels and is stored. Decoding checks the batch's
/// digest.</summary>
[MemoryDiagnoser]
public class BlockBenchmarks
{
    private const int Transactions = 1_000;
    private const int TransactionSize = 512;
    private const int Quorum = 3;

    private ReadOnlyMemory<byte>[] _transactions = [];
    private BatchHeader _header = null!;
    private ReadOnlyMemory<byte> _payload;
    private BlockBody _body = null!;
    private ReadOnlyMemory<byte> _encoded;

    [GlobalSetup]
    public void MakeBlock()
    {
        var chain = new ChainId(Digest.Of([1]));
        _transactions = [.. Enumerable.Range(0, Transactions).Select(i => (ReadOnlyMemory<byte>)new byte[TransactionSize])];
        _payload = EncodePayload();
        _header = new BatchHeader(chain, 0, 0, 1, 1, default, Transactions, _payload.Length, Digest.Of(_payload.Span));
        Batch batch = CreateBatch();
        var cut = new Cut(chain, 0, new SlotNumber(1), 0, 1, [_header.Reference]);
        ValidatorSignature[] votes = [.. Enumerable.Range(0, Quorum).Select(i => new ValidatorSignature(i, default))];
        var commit = new VoteCertificate(VotePhase.Commit, 0, new ViewNumber(0), new SlotNumber(1), cut.Digest, [.. votes]);
        _body = new BlockBody(cut, commit, [batch], [], [_header.Reference]);
        _encoded = EncodeBody();
        Proof.That(DecodeBody().Batches[0].Transactions.Count == Transactions, "the decoded block");
        Proof.That(BlockEncoding.Encode(DecodeBody()).Span.SequenceEqual(_encoded.Span), "encoding the decoded block again");
    }

    [Benchmark]
    public ReadOnlyMemory<byte> EncodePayload() => Batch.EncodePayload(_transactions);

    [Benchmark]
    public ReadOnlyMemory<byte> EncodeBody() => BlockEncoding.Encode(_body);

    [Benchmark]
    public Digest HashLeaves() => BlockEncoding.HashLeaves(_transactions)[^1];

    [Benchmark]
    public int DecodeBlock() => DecodeBody().Batches.Length;

    [Benchmark]
    public int MakeBatch() => CreateBatch().Encoded.Length;

    private BlockBody DecodeBody() => Canonical.Decode<BlockBody>(_encoded);

    private Batch CreateBatch() => Batch.Create(_header, default, _payload);
}
