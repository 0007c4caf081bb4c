using BenchmarkDotNet.Attributes;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Benchmarks.Micro;

/// <summary>Ed25519 over a statement of the size of a vote.</summary>
[MemoryDiagnoser]
public class SignatureBenchmarks
{
    private readonly byte[] _statement = new byte[128];
    private SigningKey _key = null!;
    private Signature _signature;

    [GlobalSetup]
    public void MakeSignature()
    {
        _key = SigningKey.Create();
        _signature = Sign();
        Proof.That(Verify(), "the signature");
    }

    [GlobalCleanup]
    public void DisposeKey() => _key.Dispose();

    [Benchmark]
    public Signature Sign() => _key.Sign(_statement);

    [Benchmark]
    public bool Verify() => SignatureVerifier.Verify(_key.PublicKey, _statement, _signature);
}
