using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Simulation;

/// <summary>One process of an institution in virtual time, in the epochs that have it as a validator and in those that it only follows: the
/// real machines and state machine, and what the shell does around them, without threads. An institution with a twin has two.</summary>
/// <param name="cluster">Where it runs.</param>
/// <param name="id">The process: the institution's number, or a number above all of them for a twin.</param>
/// <param name="validator">The institution's number; in epoch 0, of whose validators the first institutions are, also its index.</param>
internal sealed class SimulatedNode(SimulatedCluster cluster, int id, int validator)
{
    private readonly List<Effect> _effects = [];
    private readonly Queue<(long Ticket, LogRecord Record)> _unwritten = new();
    private readonly Dictionary<long, ExecutedSlot> _executed = [];
    private readonly Queue<Effect.Post> _held = new();
    private readonly Queue<Effect.TrimLog> _trims = new();
    private EpochMachine? _machine;
    private IStateMachine? _state;
    private SimulatedStates? _states;
    private long? _nextEpoch;
    private bool _isLeaving;
    private int _left;
    private long _durableTicket;
    private long _tickAt;
    private bool _writing;

    public int Id => id;

    public int Validator => validator;

    public bool IsUp => _machine is not null;

    /// <summary>Gets whether what this process says and keeps is checked.</summary>
    public bool IsHonest { get; init; }

    /// <summary>Gets a number that changes with each start and crash, so that events of a former life are dropped.</summary>
    public int Life { get; private set; }

    public SimulatedDisk Disk { get; } = new();

    public SimulatedClock Clock { get; } = new();

    /// <summary>Gets how often it was started or stopped, and left the validators: what it promised in one term holds in no
    /// other.</summary>
    public (int Life, int Left) Term => (Life, _left);

    /// <summary>Gets the epoch that it is in, or was before it stopped.</summary>
    public long Epoch { get; private set; }

    public bool IsMember => _machine?.IsMember ?? false;

    public ReplicaState? State => _machine?.State;

    public IStateMachine? StateMachine => _state;

    public ValidatorHistory? History => _machine?.History;

    public IReadOnlyList<Lane> Lanes => _machine?.Lanes ?? [];

    /// <summary>Gets or sets when the process goes on, while it is paused or down.</summary>
    public long AwayUntil { get; set; }

    /// <summary>Gets or sets what a slow disk adds to each write at most, in milliseconds.</summary>
    public int DiskSlowness { get; set; }

    /// <summary>Gets or sets the version of the wire format that it speaks: processes understand only those of their own.</summary>
    public int WireVersion { get; set; }

    /// <summary>Gets or sets after how many more records the process dies, if it does.</summary>
    public long? WritesLeft { get; set; }

    /// <summary>Gets or sets how the next write fails, and the process with it, if it does.</summary>
    public FaultClass? DiskFault { get; set; }

    public void Start()
    {
        Life++;
        _durableTicket = 0;
        _tickAt = long.MaxValue;
        _nextEpoch = null;
        _isLeaving = false;
        _state = OpenState();
        RecoveredChain recovered = Disk.Recover(cluster.Protocol.Genesis, _state);
        _machine = cluster.Protocol.Start(validator, recovered);
        _states = cluster.Protocol.TakesStates ? new SimulatedStates(cluster, this, _state, recovered) : null;
        Epoch = _machine.Epoch.Number;
        cluster.Checker.OnEpochEntered(this, _machine.History);
        Step(new Input.Started());
        Step(new Input.BlocksDurable(new BlockHeight(Disk.DurableBlocks)));
    }

    /// <summary>Loses everything that is not durable; of the records not yet known to be written, a prefix survives.</summary>
    /// <param name="surviving">How many of them.</param>
    /// <param name="keptUnflushed">How many blocks and seals that were not flushed are there after all.</param>
    public void Crash(Func<int, int> surviving, Func<int, int> keptUnflushed)
    {
        _machine = null;
        _state = null;
        Life++;
        for (int i = surviving(_unwritten.Count + 1); i > 0; i--)
        {
            Write(_unwritten.Dequeue().Record);
        }

        _unwritten.Clear();
        _executed.Clear();
        _held.Clear();
        _trims.Clear();
        _writing = false;
        WritesLeft = null;
        DiskFault = null;
        Disk.LoseUnflushed(keptUnflushed);
    }

    /// <summary>Bytes arrive, and go through what the shell does before the machine sees them.</summary>
    /// <param name="from">The institution that they come from.</param>
    /// <param name="packet">The bytes.</param>
    public void Receive(int from, Packet packet)
    {
        if (_machine is null)
        {
            return;
        }

        cluster.OnReceived(this, packet);
        if (packet.Message is not { } message)
        {
            cluster.Statistics.Refused++;
            return;
        }

        if (message is ForwardedTransactions forwarded)
        {
            Take(from, forwarded);
            return;
        }

        if (_states?.TryTake(SimulatedSignatures.KeyOf(from), message) == true)
        {
            return;
        }

        bool late = message is Vote vote && vote.Slot.Value <= _machine.State.Stored;
        bool foreign = message is not (Status or FetchBlocks) && message.Epoch != Epoch && message.Epoch != _nextEpoch;
        if (late || foreign)
        {
            return;
        }

        if (packet.IsVerified)
        {
            bool isDeferred = message is BatchMessage { Batch: var batch } && cluster.Protocol.Defers(validator, batch.Header);
            Step(new Input.PeerMessage(SimulatedSignatures.KeyOf(from), message, !isDeferred && packet.HasValidTransactions));
            if (isDeferred && packet.HasValidTransactions)
            {
                cluster.After(
                    (long)cluster.Scenario.Limits.SlotTimeout.TotalMilliseconds,
                    this,
                    () => Step(new Input.BatchChecked(((BatchMessage)message).Batch)));
            }
        }
        else
        {
            cluster.Statistics.Refused++;
        }
    }

    /// <summary>A client submits.</summary>
    /// <returns>Whether the validator took it.</returns>
    public bool Submit(IReadOnlyList<ReadOnlyMemory<byte>> transactions)
    {
        if (_machine is not { State: { CanVote: true, Halted: false } } || _isLeaving || !transactions.All(t => _state!.Check(t) is null))
        {
            return false;
        }

        Step(new Input.TransactionsSubmitted(transactions));
        return true;
    }

    public IReadOnlyList<BufferSize> MeasureBuffers() => _machine?.MeasureBuffers() ?? [];

    public void Step(Input input)
    {
        if (_machine is null)
        {
            return;
        }

        int life = Life;
        _effects.Clear();
        _machine.Step(input, new MachineTime(Clock.MonotonicAt(cluster.Now), Clock.WallAt(cluster.Now)), _effects);
        cluster.Checker.OnStep(this);
        foreach (Effect effect in _effects)
        {
            CarryOut(effect);
        }

        if (Life == life)
        {
            ScheduleTick();
        }
    }

    /// <summary>Takes what a validator that has left had accepted, as the shell's desk does; what it keeps for a backup's turn is
    /// left out.</summary>
    private void Take(int from, ForwardedTransactions forwarded)
    {
        bool isLeaving = cluster.Protocol.IndexOf(from, Epoch) >= 0 || cluster.Protocol.IndexOf(from, Epoch - 1) >= 0;
        if (isLeaving && !forwarded.IsBackup)
        {
            Submit([.. forwarded.Transactions.Where(t => cluster.Workload.Check(t) is null)]);
        }
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist persist:
                _unwritten.Enqueue((persist.Ticket, persist.Record));
                WriteSoon();
                break;
            case Effect.Post post when post.After <= _durableTicket:
                cluster.Send(this, post);
                break;
            case Effect.Post post:
                _held.Enqueue(post);
                break;
            case Effect.Execute execute:
                Execute(execute);
                break;
            case Effect.StoreBlock store:
                Store(store);
                break;
            case Effect.Certify certify:
                Certify(certify.Header, certify.Certificate);
                break;
            case Effect.TrimLog trim:
                _trims.Enqueue(trim);
                break;
            case Effect.Serve serve:
                Serve(serve);
                break;
            case Effect.FlushBlocks:
                FlushSoon();
                break;
            case Effect.FetchState fetch:
                _states!.OnBehind(fetch);
                break;
            case Effect.InstallState install:
                _states!.Install(install);
                break;
            case Effect.DropState:
                _states!.OnDropped();
                break;
            case Effect.EpochChosen chosen:
                _nextEpoch = chosen.Next.Number;
                _isLeaving = chosen.Next.Validators.IndexOf(SimulatedSignatures.KeyOf(validator)) < 0;
                cluster.Checker.OnEpochChosen(this, chosen.Next);
                break;
            case Effect.EpochEntered entered:
                Enter(entered);
                break;
            case Effect.Report report:
                cluster.Checker.OnEvidence(this, report.Evidence);
                cluster.Reports.Add(this, report.Evidence);
                break;
            case Effect.Halt halt:
                cluster.Checker.OnHalted(this, halt.Reason);
                break;
        }
    }

    /// <summary>One flush at a time takes all records that wait.</summary>
    private void WriteSoon()
    {
        if (_writing)
        {
            return;
        }

        _writing = true;
        cluster.After(cluster.DiskDelay(this), this, () => OnWritten(_unwritten.Last().Ticket));
    }

    private void OnWritten(long ticket)
    {
        if (DiskFault is { } fault)
        {
            cluster.FailDisk(this, fault);
            return;
        }

        while (_unwritten.TryPeek(out (long Ticket, LogRecord Record) next) && next.Ticket <= ticket)
        {
            Write(_unwritten.Dequeue().Record);
            if (WritesLeft is { } left)
            {
                WritesLeft = left - 1;
                if (left <= 1)
                {
                    cluster.CrashAtWrite(this); // Durable, but nobody will ever hear of it from this life.
                    return;
                }
            }
        }

        _writing = false;
        _durableTicket = Math.Max(_durableTicket, ticket);
        Release();
        if (_unwritten.Count > 0)
        {
            WriteSoon();
        }

        Step(new Input.Persisted(ticket));
    }

    private void Release()
    {
        for (int i = _held.Count; i > 0; i--)
        {
            Effect.Post post = _held.Dequeue();
            if (post.After <= _durableTicket)
            {
                cluster.Send(this, post);
            }
            else
            {
                _held.Enqueue(post);
            }
        }

        while (_trims.TryPeek(out Effect.TrimLog? trim) && trim.After <= _durableTicket)
        {
            Disk.Trim(_trims.Dequeue().Slot);
        }
    }

    private void Write(LogRecord record)
    {
        Disk.Append(record);
        cluster.Checker.OnDurable(this, record);
    }

    private void Execute(Effect.Execute execute)
    {
        var executed = ExecutedSlot.Of(_state!, execute.Height, execute.Time, execute.Body);
        _executed[execute.Height.Value] = executed;
        _states?.OnExecuted(execute.Height);
        var result = new Input.BlockExecuted(
            execute.Height, executed.TransactionsRoot, executed.ReceiptsRoot, executed.StateRoot, _state!.Chosen);
        cluster.After(cluster.DiskDelay(this), this, () => Step(result));
    }

    private void Store(Effect.StoreBlock store)
    {
        long height = store.Header.Height.Value;
        _executed.Remove(height, out ExecutedSlot? executed);
        cluster.Checker.OnStored(this, store.Header, executed!.Body, executed.Transactions, executed.Receipts);
        if (height > Disk.HeadHeight)
        {
            Disk.Blocks.Add(new StoredSlot(store.Header, executed.Body, executed.Transactions));
        }

        if (height % cluster.Scenario.BlocksPerFlush == 0)
        {
            FlushSoon();
        }
    }

    private void FlushSoon()
    {
        var height = new BlockHeight(_machine!.State.Stored);
        cluster.After(cluster.DiskDelay(this), this, () => FlushBlocks(height));
    }

    private void FlushBlocks(BlockHeight height)
    {
        Disk.Flush(height);
        _state!.OnDurable(height);
        Step(new Input.BlocksDurable(height));
        _states?.Prune();
    }

    private void Certify(BlockHeader header, SealCertificate certificate)
    {
        cluster.Checker.OnCertified(this, header, certificate);
        _state!.OnSealed(header, certificate);
        _states?.OnSealed(header, certificate);
        if (header.EndsEpoch)
        {
            Disk.PutSeal(certificate);
        }
    }

    private void Serve(Effect.Serve serve)
    {
        long from = Math.Max(1, serve.From.Value);
        long last = Math.Min(Disk.HeadHeight, serve.Last.Value);
        List<ReadOnlyMemory<byte>> bodies = [];
        for (long height = from; height <= last && bodies.Count < serve.Count && Disk.Find(height) is { } block; height++)
        {
            bodies.Add(block.Encoded);
        }

        if (bodies.Count > 0)
        {
            cluster.Send(this, new Effect.Post(serve.To, BlockEncoding.EncodeBlocksData(serve.Epoch, bodies), 0));
        }
    }

    private void Enter(Effect.EpochEntered entered)
    {
        Epoch = entered.History.Latest.Number;
        _left += entered.IsMember ? 0 : 1;
        _nextEpoch = null;
        _isLeaving = false;
        cluster.Checker.OnEpochEntered(this, entered.History);
    }

    /// <summary>Opens the state machine and executes the stored blocks that it does not have.</summary>
    private IStateMachine OpenState()
    {
        IStateMachine state = cluster.Workload.Open(Disk);
        if (state.Height.Value < Disk.AnchorHeight)
        {
            return state; // The blocks that lead to the anchor are gone; it will be given a state.
        }

        foreach (StoredSlot block in Disk.Blocks.Skip((int)(state.Height.Value - Disk.AnchorHeight)))
        {
            cluster.Checker.OnReplayed(this, block.Header, ExecutedSlot.Of(state, block.Header.Height, block.Header.Time, block.Body));
        }

        return state;
    }

    private void ScheduleTick()
    {
        long due = Math.Max(Clock.TimeOf(_machine!.NextDeadline), cluster.Now + 1);
        if (due < _tickAt || _tickAt <= cluster.Now)
        {
            _tickAt = due;
            cluster.At(due, this, () => OnTick(due));
        }
    }

    private void OnTick(long due)
    {
        if (_tickAt == due)
        {
            Step(new Input.TimePassed());
        }
    }
}
