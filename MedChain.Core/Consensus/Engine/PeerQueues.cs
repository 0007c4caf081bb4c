using System.Threading.Channels;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Consensus.Engine;

/// <summary>The messages of one peer on their way to the loop: decoded and verified beside it, votes apart from bulk data, so that a large
/// batch does not hold up a vote and a flood fills only its sender's queues.</summary>
internal sealed class PeerQueues(
    int peer,
    CbftLimits limits,
    MessageVerifier verifier,
    SharedBatches batches,
    IStateMachine stateMachine,
    ChannelWriter<Input> loop,
    EngineCounters counters)
{
    private readonly Lane _votes = new(limits);
    private readonly Lane _bulk = new(limits);

    /// <summary>Queues a message; one too many is dropped and counted.</summary>
    public void Post(ReadOnlyMemory<byte> message)
    {
        MessageKind kind = Envelope.PeekKind(message.Span);
        if (kind == MessageKind.None)
        {
            counters.AddRefused();
            return;
        }

        Lane lane = kind is MessageKind.Batch or MessageKind.BatchesData or MessageKind.BlocksData ? _bulk : _votes;
        if (!lane.TryPost(message))
        {
            counters.AddDropped();
        }
    }

    public Task[] Run(CancellationToken cancellationToken) =>
    [
        Task.Run(() => PumpAsync(_votes, cancellationToken), CancellationToken.None),
        Task.Run(() => PumpAsync(_bulk, cancellationToken), CancellationToken.None),
    ];

    private async Task PumpAsync(Lane lane, CancellationToken cancellationToken)
    {
        await foreach (ReadOnlyMemory<byte> bytes in lane.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            lane.Taken(bytes.Length);
            if (!Envelope.TryDecode(bytes, batches, out ConsensusMessage? message, out _))
            {
                counters.AddRefused();
                continue;
            }

            // A vote for a block that is stored here changes nothing: whoever still needs it fetches the block.
            if (message is Vote vote && vote.Slot.Value <= counters.Stored)
            {
                continue;
            }

            if (!verifier.Verify(message))
            {
                counters.AddRefused();
                continue;
            }

            await loop.WriteAsync(new Input.MessageReceived(peer, message, AreValid(message)), cancellationToken).ConfigureAwait(false);
        }
    }

    private bool AreValid(ConsensusMessage message) => message switch
    {
        BatchMessage m => AreValid(m.Batch),
        BatchesData m => m.Batches.All(b => AreValid(b.Batch)),
        _ => true,
    };

    private bool AreValid(Batch batch)
    {
        foreach (ReadOnlyMemory<byte> transaction in batch.Transactions)
        {
            if (transaction.Length > limits.MaxTransactionBytes || stateMachine.Check(transaction) is not null)
            {
                return false;
            }
        }

        return true;
    }

    private sealed class Lane(CbftLimits limits)
    {
        private readonly Channel<ReadOnlyMemory<byte>> _channel = Channel.CreateBounded<ReadOnlyMemory<byte>>(
            new BoundedChannelOptions(limits.MaxQueuedMessages) { SingleReader = true });

        private long _bytes;

        public ChannelReader<ReadOnlyMemory<byte>> Reader => _channel.Reader;

        public bool TryPost(ReadOnlyMemory<byte> message)
        {
            if (Interlocked.Add(ref _bytes, message.Length) <= limits.MaxQueuedBytes && _channel.Writer.TryWrite(message))
            {
                return true;
            }

            Taken(message.Length);
            return false;
        }

        public void Taken(int bytes) => Interlocked.Add(ref _bytes, -bytes);
    }
}
