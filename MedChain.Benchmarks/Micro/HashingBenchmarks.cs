using System.Globalization;
using BenchmarkDotNet.Attributes;
using MedChain.Core.Primitives;

namespace MedChain.Benchmarks.Micro;

/// <summary>SHA-256, by size. Expect no allocation.</summary>
[MemoryDiagnoser]
public class HashingBenchmarks
{
    private byte[] _content = [];

    [Params(64, 1024, 1024 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public void MakeContent()
    {
        _content = new byte[Size];
        Proof.That(
            Digest.Of("abc"u8).ToString().StartsWith("ba7816bf", ignoreCase: false, CultureInfo.InvariantCulture), "the digest of 'abc'");
    }

    [Benchmark]
    public Digest Sha256() => Digest.Of(_content);
}
