using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Simulation;

/// <summary>One process of a validator in virtual time: the real machine and state machine, and what the shell does around them, without
/// threads. A validator with a twin has two.</summary>
/// <param name="cluster">Where it runs.</param>
/// <param name="id">The process: the validator's index, or a number above all of them for a twin.</param>
/// <param name="validator">The validator's index.</param>
internal sealed class SimulatedNode(SimulatedCluster cluster, int id, int validator)
{
    private readonly List<Effect> _effects = [];
    private readonly Queue<(long Ticket, LogRecord Record)> _unwritten = new();
    private readonly Dictionary<long, ExecutedSlot> _executed = [];
    private readonly Queue<Effect.Send> _held = new();
    private readonly Queue<Effect.TrimLog> _trims = new();
    private CbftMachine? _machine;
    private IStateMachine? _state;
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

    public ReplicaState? State => _machine?.State;

    public IReadOnlyList<Lane> Lanes => _machine?.Lanes ?? [];

    /// <summary>Gets or sets when the process goes on, while it is paused or down.</summary>
    public long AwayUntil { get; set; }

    /// <summary>Gets or sets what a slow disk adds to each write at most, in milliseconds.</summary>
    public int DiskSlowness { get; set; }

    /// <summary>Gets or sets after how many more records the process dies, if it does.</summary>
    public long? WritesLeft { get; set; }

    /// <summary>Gets or sets how the next write fails, and the process with it, if it does.</summary>
    public FaultClass? DiskFault { get; set; }

    public void Start()
    {
        Life++;
        _durableTicket = 0;
        _tickAt = long.MaxValue;
        _state = OpenState();
        _machine = cluster.Protocol.Start(validator, Disk.Recover());
        Step(new Input.Started());
        Step(new Input.BlocksDurable(new BlockHeight(Disk.DurableBlocks)));
    }

    /// <summary>Loses everything that is not durable; of the records not yet known to be written, a prefix survives.</summary>
    /// <param name="surviving">How many of them.</param>
    /// <param name="keptBlocks">How many blocks above the flushed ones are there after all.</param>
    public void Crash(Func<int, int> surviving, Func<int, int> keptBlocks)
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
        Disk.LoseBlocks((int)Disk.DurableBlocks + keptBlocks(Disk.Blocks.Count - (int)Disk.DurableBlocks + 1));
    }

    /// <summary>Bytes arrive, and go through what the shell does before the machine sees them.</summary>
    public void Receive(int from, Packet packet)
    {
        if (_machine is null)
        {
            return;
        }

        cluster.OnReceived(this, packet);
        if (packet.Message is not { } message || !packet.IsVerified)
        {
            cluster.Statistics.Refused++;
            return;
        }

        bool late = message is Vote vote && vote.Slot.Value <= Disk.Blocks.Count;
        if (!late)
        {
            Step(new Input.MessageReceived(from, message, packet.HasValidTransactions));
        }
    }

    /// <summary>A client submits.</summary>
    /// <returns>Whether the validator took it.</returns>
    public bool Submit(IReadOnlyList<ReadOnlyMemory<byte>> transactions)
    {
        if (_machine is not { State: { CanVote: true, Halted: false } } || !transactions.All(t => _state!.Check(t) is null))
        {
            return false;
        }

        Step(new Input.TransactionsSubmitted(transactions));
        return true;
    }

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

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist persist:
                _unwritten.Enqueue((persist.Ticket, persist.Record));
                WriteSoon();
                break;
            case Effect.Send send when send.After <= _durableTicket:
                cluster.Send(this, send);
                break;
            case Effect.Send send:
                _held.Enqueue(send);
                break;
            case Effect.Execute execute:
                Execute(execute);
                break;
            case Effect.StoreBlock store:
                Store(store);
                break;
            case Effect.Certify certify:
                cluster.Checker.OnCertified(this, certify.Header, certify.Certificate);
                _state!.OnSealed(certify.Header, certify.Certificate);
                break;
            case Effect.TrimLog trim:
                _trims.Enqueue(trim);
                break;
            case Effect.ServeBlocks serve:
                Serve(serve);
                break;
            case Effect.Report report:
                cluster.Checker.OnEvidence(this, report.Evidence);
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
            Effect.Send send = _held.Dequeue();
            if (send.After <= _durableTicket)
            {
                cluster.Send(this, send);
            }
            else
            {
                _held.Enqueue(send);
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
        ExecutedSlot executed = Execute(_state!, execute.Height, execute.Time, execute.Body);
        _executed[execute.Height.Value] = executed;
        Digest transactionsRoot = MerkleTree.Root(BlockEncoding.HashLeaves(executed.Transactions));
        Digest receiptsRoot = MerkleTree.Root(BlockEncoding.HashLeaves(executed.Receipts));
        cluster.After(
            cluster.DiskDelay(this),
            this,
            () => Step(new Input.BlockExecuted(execute.Height, transactionsRoot, receiptsRoot, executed.StateRoot)));
    }

    private static ExecutedSlot Execute(IStateMachine state, BlockHeight height, long time, BlockBody body)
    {
        List<ReadOnlyMemory<byte>> transactions = BlockEncoding.TransactionsOf(body);
        ValueTask<BlockResult> execution = state.ExecuteAsync(new BlockInput(height, time, transactions), CancellationToken.None);
        BlockResult result = execution.AsTask().GetAwaiter().GetResult(); // Nothing here waits: all stores are in memory.
        return new ExecutedSlot(body, transactions, result.Receipts, result.StateRoot);
    }

    private void Store(Effect.StoreBlock store)
    {
        long height = store.Header.Height.Value;
        _executed.Remove(height, out ExecutedSlot? executed);
        cluster.Checker.OnStored(this, store.Header, executed!.Body, executed.Transactions, executed.Receipts);
        Disk.Blocks.Add(new StoredSlot(store.Header, executed.Body, executed.Transactions));
        if (height % cluster.Scenario.BlocksPerFlush == 0)
        {
            cluster.After(cluster.DiskDelay(this), this, () => FlushBlocks(store.Header.Height));
        }
    }

    private void FlushBlocks(BlockHeight height)
    {
        Disk.DurableBlocks = Math.Max(Disk.DurableBlocks, height.Value);
        _state!.OnDurable(height);
        Step(new Input.BlocksDurable(height));
    }

    private void Serve(Effect.ServeBlocks serve)
    {
        List<ReadOnlyMemory<byte>> bodies =
            [.. Disk.Blocks.Skip((int)Math.Min(int.MaxValue, serve.From.Value - 1)).Take(serve.Count).Select(b => b.Encoded)];
        if (bodies.Count > 0)
        {
            cluster.Send(this, new Effect.Send(serve.To, BlockEncoding.EncodeBlocksData(cluster.Protocol.Epoch, bodies), 0));
        }
    }

    /// <summary>Opens the state machine and executes the stored blocks that it does not have.</summary>
    private IStateMachine OpenState()
    {
        IStateMachine state = cluster.Workload.Open(Disk);
        foreach (StoredSlot block in Disk.Blocks.Skip((int)state.Height.Value))
        {
            ExecutedSlot again = Execute(state, block.Header.Height, block.Header.Time, block.Body);
            cluster.Checker.OnReplayed(this, block.Header, again.StateRoot);
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

    private sealed record ExecutedSlot(
        BlockBody Body, IReadOnlyList<ReadOnlyMemory<byte>> Transactions, IReadOnlyList<ReadOnlyMemory<byte>> Receipts, Digest StateRoot);
}
