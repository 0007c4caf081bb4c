using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Benchmarks.Micro;

/// <summary>A block's worth of changes to a state of 100,000 keys of 33 bytes: 1,000 writes of 64 bytes, then the root.</summary>
[MemoryDiagnoser]
public class StateBenchmarks
{
    private const int Keys = 100_000;
    private const int Writes = 1_000;

    private readonly byte[] _value = new byte[64];
    private StateTree _tree = StateTree.Empty;
    private byte[][] _written = [];

    [GlobalSetup]
    public void FillTree()
    {
        for (int i = 0; i < Keys; i++)
        {
            _tree = _tree.With(KeyOf(i), BitConverter.GetBytes(i));
        }

        Digest before = _tree.Root;
        _written = [.. Enumerable.Range(0, Writes).Select(i => KeyOf(i * (Keys / Writes)))];
        Proof.That(_tree.Count == Keys && WriteAndRoot() != before, "the changed root");
    }

    [Benchmark]
    public Digest WriteAndRoot()
    {
        StateTree tree = _tree;
        foreach (byte[] key in _written)
        {
            tree = tree.With(key, _value);
        }

        return tree.Root;
    }

    [Benchmark]
    public int Read()
    {
        int found = 0;
        foreach (byte[] key in _written)
        {
            found += _tree.TryGet(key) is null ? 0 : 1;
        }

        return found;
    }

    private static byte[] KeyOf(int number)
    {
        byte[] content = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(content, number);
        return [(byte)'r', .. Digest.Of(content).ToArray()];
    }
}
