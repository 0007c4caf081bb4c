using BenchmarkDotNet.Attributes;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Benchmarks.Micro;

/// <summary>The root over the leaf hashes of a block of 1,000 transactions: 999 inner hashes.</summary>
[MemoryDiagnoser]
public class MerkleBenchmarks
{
    private const int Leaves = 1_000;
    private Digest[] _leaves = [];

    [GlobalSetup]
    public void MakeLeaves()
    {
        _leaves = [.. Enumerable.Range(0, Leaves).Select(i => MerkleTree.HashLeaf(BitConverter.GetBytes(i)))];
        Proof.That(
            MerkleProof.VerifyInclusion(Root(), Leaves, _leaves[7], 7, MerkleTree.Path(_leaves, 7).AsSpan()), "a proof under the root");
    }

    [Benchmark]
    public Digest Root() => MerkleTree.Root(_leaves);
}
