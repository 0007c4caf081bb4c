using System.Buffers.Binary;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Machine;

/// <summary>This validator's own lane: collects submitted transactions into batches and sends them until they are certified and
/// covered.</summary>
internal sealed class OwnLane(MachineContext context, FrontPhase front)
{
    private readonly MachineSettings _settings = context.Settings;
    private readonly Queue<ReadOnlyMemory<byte>> _waiting = new();
    private long _waitingSince;
    private long _waitingBytes;
    private BatchReference _last = BatchReference.Start(context.Self);
    private BatchReference _fixedAtLastResend = BatchReference.Start(context.Self);
    private long _incarnationTicket;

    /// <summary>Gets the time at which the waiting transactions become a batch, if any wait for it.</summary>
    public long? Deadline => _waiting.Count > 0 && MayCut ? _waitingSince + _settings.BatchDelay : null;

    private Lane Lane => front.Lanes[context.Self];

    private long Unfixed => _last.Height - HeightIn(Lane.FixedTip);

    private long Undelivered => _last.Height - HeightIn(Lane.Frontier);

    private bool MayCut =>
        _last.Incarnation > 0
        && Unfixed < _settings.Limits.MaxUnfixedBatches
        && Undelivered < _settings.Limits.MaxLaneBatches
        && Lane.HeldBytes + _settings.Limits.MaxBatchBytes <= _settings.Limits.MaxLaneBytes;

    /// <summary>Goes on in the incarnation of the life before if the log has every batch of it that left, and else opens a new
    /// one.</summary>
    /// <returns>The incarnation.</returns>
    public long Start(RecoveredState recovered)
    {
        if (_settings is { StrictFix: true, IsMember: true } && recovered is { IsStrict: true, Entering: null })
        {
            _last = front.AckLog.ResumeOwn(recovered.Incarnation);
            return recovered.Incarnation;
        }

        Open(recovered.Incarnation + 1);
        return recovered.Incarnation + 1;
    }

    /// <summary>Gets the last batch made.</summary>
    public BatchReference Tip => _last;

    public BufferSize Measure() => new(
        "machine.waiting",
        _waiting.Count,
        _settings.Limits.MaxPendingTransactions,
        _waitingBytes,
        _settings.Limits.MaxPendingBytes + ((long)Batch.TransactionOverhead * _waiting.Count));

    public void OnSubmitted(IReadOnlyList<ReadOnlyMemory<byte>> transactions)
    {
        if (_waiting.Count == 0)
        {
            _waitingSince = context.Now;
        }

        foreach (ReadOnlyMemory<byte> transaction in transactions)
        {
            _waiting.Enqueue(transaction);
            _waitingBytes += transaction.Length + Batch.TransactionOverhead;
        }
    }

    /// <summary>Makes batches: at once when nothing of this lane is under way, else when one is full or its oldest transaction has waited
    /// long enough.</summary>
    public void CutBatches()
    {
        while (_waiting.Count > 0 && MayCut)
        {
            bool full = _waiting.Count >= _settings.Limits.MaxBatchTransactions || _waitingBytes >= _settings.Limits.MaxBatchBytes;
            if (!full && Undelivered > 0 && context.Now < _waitingSince + _settings.BatchDelay)
            {
                return;
            }

            Publish(TakeWaiting());
            _waitingSince = context.Now;
        }
    }

    /// <summary>Announces the certified tip when no block has covered it for a resend interval. That the chain moves on is no reason to
    /// wait: a leader that leaves this lane out moves it on too, and the others cannot see it before they know of the tip.</summary>
    public void AnnounceWaitingTip(bool stuck)
    {
        bool waits = _fixedAtLastResend.IsAfter(Lane.Frontier);
        _fixedAtLastResend = Lane.FixedTip;
        if (waits || stuck)
        {
            AnnounceTip();
        }
    }

    /// <summary>Sends again what peers may have missed: uncertified batches.</summary>
    public void Resend()
    {
        if (_last.Incarnation == 0)
        {
            return;
        }

        long first = Math.Max(HeightIn(Lane.FixedTip), HeightIn(Lane.Frontier)) + 1;
        for (long height = first; height <= _last.Height; height++)
        {
            if (Lane.FirstAt(height) is { Body: { } body } entry)
            {
                context.Broadcast(new BatchMessage(body), Math.Max(_incarnationTicket, entry.LogTicket));
            }
        }
    }

    /// <summary>Tells everybody the certified tip, so that a leader can cover it and the others can see whether it does.</summary>
    public void AnnounceTip()
    {
        if (_last.Incarnation > 0 && Lane.FixedCertificate is { } certificate)
        {
            context.Broadcast(certificate, after: 0);
        }
    }

    /// <summary>Takes back everything that was submitted and is in no block, in order.</summary>
    public List<ReadOnlyMemory<byte>> TakeUnordered()
    {
        List<ReadOnlyMemory<byte>> unordered = [];
        for (long height = _last.Incarnation == 0 ? 1 : HeightIn(Lane.Frontier) + 1; height <= _last.Height; height++)
        {
            unordered.AddRange(Lane.FirstAt(height)?.Body?.Transactions ?? []);
        }

        unordered.AddRange(_waiting);
        _waiting.Clear();
        _waitingBytes = 0;
        return unordered;
    }

    /// <summary>Starts a new incarnation: a restarted owner can then never contradict what it sent before. Who only follows the chain
    /// counts its starts too, so that its log is not empty when its epoch comes.</summary>
    private void Open(long incarnation)
    {
        byte[] payload = new byte[sizeof(long) + 1];
        BinaryPrimitives.WriteInt64BigEndian(payload, incarnation);
        payload[^1] = _settings.StrictFix ? (byte)1 : (byte)0;
        _incarnationTicket = context.Persist(LogRecord.Pinned, RecordKind.Incarnation, payload);
        context.ProposalTicket = _incarnationTicket;
        if (!_settings.IsMember)
        {
            return;
        }

        _last = new BatchReference(context.Self, incarnation, 0, default);
        Lane.OpenIncarnation(incarnation);
    }

    private long HeightIn(BatchReference reference) => reference.Incarnation == _last.Incarnation ? reference.Height : 0;

    private List<ReadOnlyMemory<byte>> TakeWaiting()
    {
        List<ReadOnlyMemory<byte>> taken = [];
        int size = Batch.PayloadOverhead;
        while (taken.Count < _settings.Limits.MaxBatchTransactions && _waiting.TryPeek(out ReadOnlyMemory<byte> next))
        {
            int added = next.Length + Batch.TransactionOverhead;
            if (taken.Count > 0 && size + added > _settings.Limits.MaxBatchBytes)
            {
                break;
            }

            taken.Add(_waiting.Dequeue());
            size += added;
            _waitingBytes -= added;
        }

        return taken;
    }

    private void Publish(List<ReadOnlyMemory<byte>> transactions)
    {
        ReadOnlyMemory<byte> payload = Batch.EncodePayload(transactions);
        var header = new BatchHeader(
            context.Chain,
            context.Epoch,
            context.Self,
            _last.Incarnation,
            _last.Height + 1,
            _last.Digest,
            transactions.Count,
            payload.Length,
            Digest.Of(payload.Span));
        Batch batch = Batch.Create(header, context.Sign(header.Statement()), payload);
        _settings.Batches.Add(batch);
        _last = header.Reference;
        if (_settings.StrictFix)
        {
            context.Broadcast(new BatchMessage(batch), Math.Max(_incarnationTicket, front.AckLog.TakeOwn(batch)));
            return;
        }

        context.Broadcast(new BatchMessage(batch), _incarnationTicket);
        front.OnBatch(batch, acceptable: true);
    }
}
