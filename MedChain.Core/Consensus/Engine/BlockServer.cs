using System.Collections.Concurrent;
using System.Threading.Channels;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Transport;

namespace MedChain.Core.Consensus.Engine;

/// <summary>Answers peers that lack blocks, beside the loop and one request at a time, so that helping a peer never starves
/// consensus.</summary>
internal sealed class BlockServer(CbftEngineOptions options)
{
    private const long MaxAnswerBytes = 16 * 1024 * 1024;
    private readonly ConcurrentDictionary<PublicKey, byte> _waiting = new();
    private readonly Channel<(PublicKey To, Effect.Serve Request)> _requests = Channel.CreateUnbounded<(PublicKey, Effect.Serve)>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    /// <summary>Queues a request; a peer that has one waiting already gets one answer.</summary>
    public void Post(Effect.Serve request)
    {
        foreach (PublicKey to in request.To)
        {
            if (_waiting.TryAdd(to, 0))
            {
                _requests.Writer.TryWrite((to, request));
            }
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        IBlockStore store = options.BlockStore;
        ITransport transport = options.Transport;
        await foreach ((PublicKey to, Effect.Serve request) in _requests.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            _waiting.TryRemove(to, out _);
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

            if (bodies.Count > 0)
            {
                transport.Send(to, BlockEncoding.EncodeBlocksData(request.Epoch, bodies));
            }
        }
    }
}
