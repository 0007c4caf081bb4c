using System.Collections.Concurrent;
using System.Threading.Channels;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Answers peers that lack blocks or a state, beside the loop, one request at a time and not above a rate, so that helping never
/// starves consensus.</summary>
internal sealed class PeerServer(CbftEngineOptions options, CheckpointKeeper checkpoints)
{
    private const long MaxAnswerBytes = 16 * 1024 * 1024;

    /// <summary>Requests of one peer that may wait; one more is dropped.</summary>
    private const int MaxWaiting = 4;

    private readonly ConcurrentDictionary<PublicKey, int> _waiting = new();
    private readonly Channel<(PublicKey To, Func<ReadOnlyMemory<byte>> Answer)> _requests =
        Channel.CreateUnbounded<(PublicKey, Func<ReadOnlyMemory<byte>>)>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Queues a request for blocks.</summary>
    public void Post(Effect.Serve request)
    {
        foreach (PublicKey to in request.To)
        {
            Post(to, () => ReadBlocks(request));
        }
    }

    /// <summary>Queues a request for a checkpoint or a chunk.</summary>
    public void Post(PublicKey to, ConsensusMessage request) =>
        Post(to, () => checkpoints.Answer(request) is { } answer ? Envelope.Encode(answer) : default);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach ((PublicKey to, Func<ReadOnlyMemory<byte>> answer) in
            _requests.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            _waiting.AddOrUpdate(to, 0, (_, count) => count - 1);
            ReadOnlyMemory<byte> bytes = answer();
            if (bytes.IsEmpty)
            {
                continue;
            }

            options.Transport.Send(to, bytes);

            // The time that the answer takes at the full rate, so that the rate holds whatever the sizes.
            double seconds = (double)bytes.Length / options.Limits.MaxServedBytesPerSecond;
            if (seconds >= 0.001)
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds), options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Post(PublicKey to, Func<ReadOnlyMemory<byte>> answer)
    {
        if (_waiting.AddOrUpdate(to, 1, (_, count) => count + 1) <= MaxWaiting)
        {
            _requests.Writer.TryWrite((to, answer));
        }
        else
        {
            _waiting.AddOrUpdate(to, 0, (_, count) => count - 1);
        }
    }

    private ReadOnlyMemory<byte> ReadBlocks(Effect.Serve request)
    {
        IBlockStore store = options.BlockStore;
        List<ReadOnlyMemory<byte>> bodies = [];
        long size = 0;
        long from = Math.Max(1, request.From.Value);
        long head = Math.Min(store.Head.Value, request.Last.Value);
        for (long height = from; height <= head && bodies.Count < request.Count; height++)
        {
            if (store.TryRead(new BlockHeight(height)) is not { } block || (size > 0 && size + block.Body.Length > MaxAnswerBytes))
            {
                break;
            }

            size += block.Body.Length;
            bodies.Add(block.Body);
        }

        return bodies.Count == 0 ? default : BlockEncoding.EncodeBlocksData(request.Epoch, bodies);
    }
}
