using System.Threading.Channels;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Engine;

/// <summary>The one thread of control around the machine: feeds it inputs and carries out its effects.</summary>
internal sealed class EngineLoop(
    CbftEngineOptions options,
    EpochMachine machine,
    ChannelReader<Input> inputs,
    LogWriter logWriter,
    ExecutionStage execution,
    StorageStage storage,
    PeerServer peerServer,
    TransferStage transfer,
    TransactionPool pool,
    EngineCounters counters,
    VerificationStage verification,
    EngineTelemetry telemetry,
    Action<Effect> onEpoch,
    Action wake,
    Action onWoken)
{
    private const int InputsPerTurn = 256;

    /// <summary>Messages that may wait for the log. One more is dropped as if the network had lost it: it is sent again.</summary>
    private const int MaxHeld = 65_536;

    private readonly List<Effect> _effects = [];
    private readonly List<LogRecord> _records = [];
    private readonly Queue<Effect.Post> _held = new();
    private readonly Queue<Effect.TrimLog> _trims = new();
    private readonly long _startedAt = options.TimeProvider.GetTimestamp();
    private long _lastTicket;
    private long _durableTicket;
    private long _timerAt = long.MaxValue;
    private CbftStatus? _status;
    private IReadOnlyList<BufferSize> _buffers = [];
    private long _buffersAt;

    /// <summary>Gets the last status published.</summary>
    public CbftStatus Status => Volatile.Read(ref _status) ?? Describe();

    /// <summary>Gets the machine's buffers as measured last.</summary>
    public IReadOnlyList<BufferSize> Buffers => Volatile.Read(ref _buffers);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using ITimer timer = options.TimeProvider.CreateTimer(_ => wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Step(new Input.Started());
        Step(new Input.BlocksDurable(options.BlockStore.DurableHead));
        do
        {
            await logWriter.Backlog.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            TakeTurn();
            ArmTimer(timer);
            counters.Settled.Publish(machine.SettledSlot, machine.State.View, machine.State.BaseHeight);
            Volatile.Write(ref _status, Describe());
            MeasureBuffers();
        }
        while (await inputs.WaitToReadAsync(cancellationToken).ConfigureAwait(false));
    }

    private void MeasureBuffers()
    {
        long now = Now().Monotonic;
        if (now >= _buffersAt)
        {
            _buffersAt = now + (long)options.Limits.ResendInterval.TotalMilliseconds;
            Volatile.Write(ref _buffers, [.. machine.MeasureBuffers(), new BufferSize("loop.held", _held.Count, MaxHeld)]);
        }
    }

    private void TakeTurn()
    {
        for (int i = 0; i < InputsPerTurn && inputs.TryRead(out Input? input); i++)
        {
            if (input is Input.Persisted persisted)
            {
                _durableTicket = persisted.Ticket;
            }
            else if (input is Input.TimePassed)
            {
                onWoken(); // Before the pool is emptied, so that what comes in later wakes the loop again.
                _timerAt = long.MaxValue; // The timer may have fired a moment early; it is armed again below.
            }

            Step(input);
            if (input is Input.StateInstalled installed)
            {
                counters.Stored = installed.Checkpoint.Height.Value;
                transfer.PostEnded();
            }

            if (input is Input.PeerMessage received)
            {
                verification.Release(received);
            }
        }

        List<ReadOnlyMemory<byte>> transactions = pool.TakeIncoming();
        if (transactions.Count > 0)
        {
            Step(new Input.TransactionsSubmitted(transactions));
        }

        if (Now().Monotonic >= machine.NextDeadline)
        {
            Step(new Input.TimePassed());
        }

        Release();
        if (_records.Count > 0)
        {
            logWriter.Append([.. _records], _lastTicket);
            _records.Clear();
        }
    }

    private MachineTime Now() => new(
        options.TimeProvider.GetElapsedTime(_startedAt).Ticks / TimeSpan.TicksPerMillisecond,
        options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds());

    private void Step(Input input)
    {
        machine.Step(input, Now(), _effects);
        telemetry.OnStep(input, _effects, machine);
        foreach (Effect effect in _effects)
        {
            CarryOut(effect);
        }

        _effects.Clear();
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist persist:
                _records.Add(persist.Record);
                _lastTicket = persist.Ticket;
                break;
            case Effect.Post send when send.After <= _durableTicket:
                Send(send);
                break;
            case Effect.Post send when _held.Count < MaxHeld:
                _held.Enqueue(send);
                break;
            case Effect.Post:
                counters.AddDropped();
                break;
            case Effect.Execute execute:
                execution.Post(execute);
                break;
            case Effect.StoreBlock store:
                Store(store);
                break;
            case Effect.Certify certify:
                storage.PostCertificate(certify.Header, certify.Certificate, machine.History);
                break;
            case Effect.TrimLog trim:
                _trims.Enqueue(trim);
                break;
            case Effect.Serve serve:
                peerServer.Post(serve);
                break;
            case Effect.FetchState fetch:
                transfer.Post(fetch);
                break;
            case Effect.InstallState install:
                storage.PostInstall(install, transfer.Restore);
                break;
            case Effect.DropState:
                transfer.PostEnded();
                break;
            case Effect.FlushBlocks:
                storage.PostFlush();
                break;
            case Effect.EpochChosen or Effect.EpochEntered:
                onEpoch(effect);
                break;
            case Effect.Report report:
                counters.AddEvidence();
                options.OnEvidence?.Invoke(report.Evidence);
                break;
            case Effect.Halt halt:
                throw new ConsensusException(halt.Reason);
        }
    }

    /// <summary>Sends what waited for the log. Tickets of held messages may be out of order by a little, so each is looked at.</summary>
    private void Release()
    {
        for (int i = _held.Count; i > 0; i--)
        {
            Effect.Post send = _held.Dequeue();
            if (send.After <= _durableTicket)
            {
                Send(send);
            }
            else
            {
                _held.Enqueue(send);
            }
        }

        while (_trims.TryPeek(out Effect.TrimLog? trim) && trim.After <= _durableTicket)
        {
            options.Log.Trim(options.LogStream, _trims.Dequeue().Slot);
        }
    }

    private void Send(Effect.Post send)
    {
        foreach (PublicKey to in send.To)
        {
            options.Transport.Send(to, send.Message);
        }
    }

    private void Store(Effect.StoreBlock store)
    {
        ExecutedBlock block = execution.Take(store.Header.Height);
        options.BlockStore.Append(new StoredBlock(
            store.Header.Height, store.Header.Hash, Canonical.Encode(store.Header), block.EncodedBody, block.EncodedReceipts));
        counters.Stored = store.Header.Height.Value;
        storage.PostStored(new DeliveredBlock(store.Header, block.Transactions, block.Receipts), block.EncodedBody.Length);
    }

    private void ArmTimer(ITimer timer)
    {
        long now = Now().Monotonic;
        long due = machine.NextDeadline;
        if (due < _timerAt || _timerAt <= now)
        {
            _timerAt = Math.Max(due, now + 1);
            timer.Change(TimeSpan.FromMilliseconds(_timerAt - now), Timeout.InfiniteTimeSpan);
        }
    }

    private CbftStatus Describe()
    {
        (int count, long bytes) = pool.PendingSize;
        ReplicaState state = machine.State;
        return new CbftStatus(
            state.View,
            state.Active,
            machine.Leader,
            state.CanVote,
            new(state.Decided),
            new(state.Stored),
            new(state.BaseHeight),
            count,
            bytes,
            counters.Dropped,
            counters.Refused,
            counters.Evidence,
            machine.Epoch.Number,
            machine.IsMember)
        {
            Mismatches = machine.Mismatches,
        };
    }
}
