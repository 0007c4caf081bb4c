using System.Threading.Channels;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>The way of messages from the transport to the loop: decoded and verified beside it by a few workers that take turns over the
/// peers, so that one peer's flood, good or bad, costs the others at most one turn of it for each of theirs. Votes go apart from bulk data:
/// a large batch does not hold up a vote.</summary>
internal sealed class VerificationStage
{
    private const int VotesPerTurn = 8;
    private const int BulkPerTurn = 1;
    private const int TurnsPerYield = 16;

    private readonly CbftLimits _limits;
    private readonly TransactionPool _pool;
    private readonly ForwardDesk _forwards;

    /// <summary>What others check; <see langword="null"/> when this validator checks everything.</summary>
    private readonly DeferredChecks? _deferred;
    private readonly EpochVerifiers _verifiers;
    private readonly SharedBatches _batches;
    private readonly IStateMachine _stateMachine;
    private readonly TransferStage _transfer;
    private readonly PeerServer _server;
    private readonly ChannelWriter<Input> _loop;
    private readonly EngineCounters _counters;
    private readonly PeerTable _peers;
    private readonly PublicKey _self;
    private readonly TimeProvider _time;
    private readonly int _others;

    /// <summary>Lanes that need a turn, each at most once.</summary>
    private readonly Channel<PeerLane> _readyVotes = Channel.CreateUnbounded<PeerLane>();

    private readonly Channel<PeerLane> _readyBulk = Channel.CreateUnbounded<PeerLane>();

    public VerificationStage(
        CbftEngineOptions options,
        TransactionPool pool,
        ForwardDesk forwards,
        EpochVerifiers verifiers,
        SharedBatches batches,
        ChannelWriter<Input> loop,
        EngineCounters counters,
        TransferStage transfer,
        PeerServer server)
    {
        _transfer = transfer;
        _server = server;
        _limits = options.Limits;
        _pool = pool;
        _forwards = forwards;
        _deferred = options.VouchedVerification ? new DeferredChecks(options.Limits, options.TimeProvider) : null;
        _time = options.TimeProvider;
        _verifiers = verifiers;
        _batches = batches;
        _stateMachine = options.StateMachine;
        _loop = loop;
        _counters = counters;
        _peers = new PeerTable(options.Limits);
        _self = options.SigningKey.PublicKey;
        _others = options.Validators.Count - 1;
    }

    /// <summary>Sets whose messages always find room: those who are validators, or will be.</summary>
    public void SetMembers(IEnumerable<PublicKey> members) => _peers.SetMembers(members);

    /// <summary>Takes a message from the transport; one too many is dropped and counted.</summary>
    public void Post(PublicKey from, ReadOnlyMemory<byte> message)
    {
        if (from == _self)
        {
            return;
        }

        MessageKind kind = Envelope.PeekKind(message.Span);
        if (kind == MessageKind.None)
        {
            _counters.AddRefused();
            return;
        }

        bool isBulk = IsBulk(kind);
        PeerTable.Peer peer = _peers.Hear(from);
        PeerLane lane = isBulk ? peer.Bulk : peer.Votes;
        if (lane.Post(kind, message, out bool dropped))
        {
            (isBulk ? _readyBulk : _readyVotes).Writer.TryWrite(lane);
        }

        if (dropped)
        {
            _counters.AddDropped();
        }
    }

    /// <summary>The loop has taken a message: its room is free again.</summary>
    public void Release(Input.PeerMessage input) => Release(input.From, input.Message.Kind, input.Size);

    public IEnumerable<Task> Run(CancellationToken cancellationToken)
    {
        int workers = Math.Clamp(Environment.ProcessorCount, 1, Math.Max(1, _others));
        for (int i = 0; i < workers; i++)
        {
            yield return Task.Run(() => WorkAsync(_readyVotes, VotesPerTurn, cancellationToken), CancellationToken.None);
            yield return Task.Run(() => WorkAsync(_readyBulk, BulkPerTurn, cancellationToken), CancellationToken.None);
        }

        if (_deferred is not null)
        {
            yield return Task.Run(() => CheckDueAsync(_deferred, cancellationToken), CancellationToken.None);
        }
    }

    public IEnumerable<BufferSize> Measure() =>
    [
        .. _peers.All.Select(p => p.Votes.Measure("peer.votes")),
        .. _peers.All.Select(p => p.Bulk.Measure("peer.bulk")),
    ];

    private static bool IsBulk(MessageKind kind) => kind is MessageKind.Batch or MessageKind.BatchesData or MessageKind.BlocksData
        or MessageKind.ForwardedTransactions or MessageKind.CheckpointData or MessageKind.ChunkData;

    private async Task WorkAsync(Channel<PeerLane> ready, int perTurn, CancellationToken cancellationToken)
    {
        int turns = 0;
        await foreach (PeerLane lane in ready.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            for (int i = 0; i < perTurn && lane.TryTake(out ReadOnlyMemory<byte> bytes); i++)
            {
                if (Admit(lane.Peer, bytes) is { } input)
                {
                    await _loop.WriteAsync(input, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    Release(lane.Peer, Envelope.PeekKind(bytes.Span), bytes.Length);
                }
            }

            if (lane.EndTurn())
            {
                ready.Writer.TryWrite(lane);
            }

            turns++;
            if (turns % TurnsPerYield == 0)
            {
                await Task.Yield(); // A lane that never empties must not keep a thread from the rest of the process.
            }
        }
    }

    private Input.PeerMessage? Admit(PublicKey peer, ReadOnlyMemory<byte> bytes)
    {
        bool isTransfer = Envelope.PeekKind(bytes.Span) is MessageKind.CheckpointData or MessageKind.ChunkData;
        if (isTransfer && !_transfer.Expects(peer))
        {
            _counters.AddRefused();
            return null;
        }

        if (!Envelope.TryDecode(bytes, _batches, out ConsensusMessage? message, out _))
        {
            _counters.AddRefused();
            return null;
        }

        switch (message)
        {
            case ForwardedTransactions forwarded:
                _forwards.Take(peer, forwarded);
                return null;

            // States are fetched apart from consensus: what belongs to it proves itself, and goes another way.
            case CheckpointData or ChunkData:
                _transfer.Post(peer, message);
                return null;
            case FetchCheckpoint or FetchChunk:
                _server.Post(peer, message);
                return null;
        }

        // A vote for a block that is stored here changes nothing: whoever still needs it fetches the block.
        if ((message is Vote vote && vote.Slot.Value <= _counters.Stored) || _counters.Settled.Contains(message))
        {
            return null;
        }

        if (!_verifiers.Verify(message, out bool isForeign))
        {
            if (!isForeign)
            {
                _counters.AddRefused();
            }

            return null;
        }

        if (message is FixCertificate certificate)
        {
            _deferred?.OnCertified(certificate.Reference);
        }

        bool isDeferred = message is BatchMessage { Batch: var batch }
            && _deferred is not null
            && !_verifiers.IsAssigned(batch.Header, _self)
            && _deferred.TryDefer(batch);
        return new Input.PeerMessage(peer, message, !isDeferred && AreValid(message)) { Size = bytes.Length };
    }

    /// <summary>Checks what nobody has vouched for in time.</summary>
    private async Task CheckDueAsync(DeferredChecks deferred, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(deferred.Patience / 2, _time, cancellationToken).ConfigureAwait(false);
            foreach (Batch batch in deferred.TakeDue().Where(AreValid))
            {
                await _loop.WriteAsync(new Input.BatchChecked(batch), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Release(PublicKey key, MessageKind kind, int bytes)
    {
        bool isBulk = IsBulk(kind);
        if (_peers.Find(key) is not { } peer)
        {
            return; // A guest that had to make room meanwhile.
        }

        PeerLane lane = isBulk ? peer.Bulk : peer.Votes;
        if (lane.Release(kind, bytes))
        {
            (isBulk ? _readyBulk : _readyVotes).Writer.TryWrite(lane);
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
            if (transaction.Length > _limits.MaxTransactionBytes || _stateMachine.Check(transaction) is not null)
            {
                return false;
            }
        }

        // Only where clients have homes; else nobody gives one transaction to several validators on purpose.
        if (batch.Transactions.Count > 0 && _stateMachine.Identify(batch.Transactions[0]) is not null)
        {
            _pool.OnSeen(batch.Leaves.AsSpan());
        }

        return true;
    }
}
