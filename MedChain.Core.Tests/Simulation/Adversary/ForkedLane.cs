using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation.Adversary;

/// <summary>A second lane beside the real one, at the same places, for some of the receivers.</summary>
internal sealed class ForkedLane(OwnKey key)
{
    private readonly Dictionary<Digest, Batch> _forks = [];

    /// <summary>The other batch for the place of a batch; the same one each time.</summary>
    public ReadOnlyMemory<byte> Fork(Batch batch)
    {
        if (!_forks.TryGetValue(batch.Header.Digest, out Batch? fork))
        {
            Digest parent = _forks.TryGetValue(batch.Header.Parent, out Batch? before) ? before.Header.Digest : batch.Header.Parent;
            fork = key.Sign(batch.Header with { Parent = parent }, [.. batch.Transactions, batch.Transactions[0]]);
            _forks[batch.Header.Digest] = fork;
        }

        return Envelope.Encode(new BatchMessage(fork));
    }
}
