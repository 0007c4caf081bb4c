using BenchmarkDotNet.Attributes;
using MedChain.Core.Cryptography;

namespace MedChain.Benchmarks.Micro;

/// <summary>Verifiable sharing of a secret among four validators, of which two restore it.</summary>
[MemoryDiagnoser]
public class SharingBenchmarks
{
    private const int Count = 4;
    private const int Threshold = 2;

    private DealtSecret _dealt = null!;
    private (int, SecretScalar)[] _shares = [];

    [GlobalSetup]
    public void DealOnce()
    {
        _dealt = SecretSharing.Deal(Threshold, Count);
        _shares = [(1, _dealt.Shares[0]), (3, _dealt.Shares[2])];
        Proof.That(CombineAndCompare(), "the restored secret");
        Proof.That(VerifyShare(), "a share");
    }

    [GlobalCleanup]
    public void DisposeDealt() => _dealt.Dispose();

    [Benchmark]
    public int Deal()
    {
        using DealtSecret dealt = SecretSharing.Deal(Threshold, Count);
        return dealt.Shares.Length;
    }

    [Benchmark]
    public bool VerifyShare() => SecretSharing.VerifyShare(_dealt.Commitments.AsSpan(), 1, _dealt.Shares[0]);

    [Benchmark]
    public bool CombineAndCompare()
    {
        using SecretScalar restored = SecretSharing.Combine(_shares);
        return restored.HasSameValue(_dealt.Secret);
    }
}
