using BenchmarkDotNet.Attributes;
using MedChain.Core.Cryptography;

namespace MedChain.Benchmarks.Micro;

/// <summary>HPKE of a share of a record's key: 32 bytes.</summary>
[MemoryDiagnoser]
public class HpkeBenchmarks
{
    private readonly byte[] _plaintext = new byte[32];
    private DecryptionKey _key = null!;
    private byte[] _sealed = [];

    [GlobalSetup]
    public void MakeMessage()
    {
        _key = DecryptionKey.Create();
        _sealed = Seal();
        Proof.That(Open()?.AsSpan().SequenceEqual(_plaintext) == true, "the opened message");
    }

    [GlobalCleanup]
    public void DisposeKey() => _key.Dispose();

    [Benchmark]
    public byte[] Seal() => Hpke.Seal(_key.PublicKey, "benchmark"u8, [], _plaintext);

    [Benchmark]
    public byte[]? Open() => Hpke.TryOpen(_key, "benchmark"u8, [], _sealed, out byte[]? plaintext) ? plaintext : null;
}
