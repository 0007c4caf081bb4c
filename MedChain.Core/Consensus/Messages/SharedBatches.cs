using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>What validators of one process would each work out again from the same bytes: decoded batches and roots over their
/// transactions. A hit is compared byte by byte, and all results are functions of the bytes, so sharing them takes no trust. Bounded.
/// Thread safe.</summary>
internal sealed class SharedBatches
{
    private const int MaxBatches = 1_024;
    private const long MaxBytes = 32 * 1024 * 1024;
    private const int MaxRoots = 256;

    private readonly BoundedCache<Batch> _batches = new(MaxBatches, MaxBytes);
    private readonly BoundedCache<Lazy<Digest>> _roots = new(MaxRoots, long.MaxValue);

    /// <summary>Offers a batch to those who will receive the same bytes. Its digest is computed here, before others see it.</summary>
    public void Add(Batch batch) => _batches.GetOrAdd(batch.Header.Digest, batch, batch.Encoded.Length);

    /// <summary>As <see cref="Batch.Decode"/>, without hashing the payload of a batch that is known.</summary>
    /// <exception cref="MalformedDataException">The bytes are no batch.</exception>
    public Batch Decode(ReadOnlyMemory<byte> encoded)
    {
        var reader = new CanonicalReader(encoded);
        reader.BeginArray(3);
        Digest digest = reader.Read<BatchHeader>().Digest;
        if (_batches.Find(digest) is { } known && known.Encoded.Span.SequenceEqual(encoded.Span))
        {
            return known;
        }

        Batch batch = Batch.Decode(encoded);
        Add(batch);
        return batch;
    }

    /// <summary>The Merkle root over the transactions of batches, in order.</summary>
    public Digest TransactionsRoot(IReadOnlyList<Batch> batches)
    {
        byte[] names = new byte[batches.Count * Digest.Size];
        for (int i = 0; i < batches.Count; i++)
        {
            batches[i].Header.Digest.CopyTo(names.AsSpan(i * Digest.Size));
        }

        var root = new Lazy<Digest>(() => MerkleTree.Root(LeavesOf(batches)));
        return _roots.GetOrAdd(Digest.Of(names), root, weight: 1).Value;
    }

    /// <summary>The leaf hashes of the transactions of batches, in order.</summary>
    public static Digest[] LeavesOf(IReadOnlyList<Batch> batches)
    {
        var leaves = new Digest[batches.Sum(b => b.Header.Count)];
        int next = 0;
        foreach (Batch batch in batches)
        {
            batch.Leaves.CopyTo(leaves, next);
            next += batch.Leaves.Length;
        }

        return leaves;
    }
}
