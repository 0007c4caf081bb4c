using BenchmarkDotNet.Attributes;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;

namespace MedChain.Benchmarks.Micro;

/// <summary>A ledger transaction that stores a record: making and signing it, and what a validator does before it may be ordered.</summary>
[MemoryDiagnoser]
public class TransactionBenchmarks
{
    private static readonly ChainId Chain = new(Digest.Of([1]));

    private SigningKey _key = null!;
    private AccountId _sender;
    private byte[] _command = [];
    private byte[] _encoded = [];

    [GlobalSetup]
    public void MakeTransaction()
    {
        _key = SigningKey.Create();
        _sender = AccountEntry.Name(Chain, _key.PublicKey);
        Digest digest = Digest.Of([2]);
        _command = Canonical.Encode<Command>(new StoreRecord(digest, digest, SizeBucket: 6, digest, digest, Epoch: 0));
        _encoded = SignAndEncode();
        Proof.That(DecodeAndVerify(), "the transaction's signature");
    }

    [GlobalCleanup]
    public void DisposeKey() => _key.Dispose();

    [Benchmark]
    public byte[] SignAndEncode() => Canonical.Encode(Transaction.Sign(Chain, _sender, _key, nonce: 1, lastHeight: 0, _command));

    [Benchmark]
    public bool DecodeAndVerify() =>
        Canonical.TryDecode(_encoded, out Transaction? transaction, out _) && transaction.HasValidSignature();
}
