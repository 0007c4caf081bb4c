using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Simulation;

/// <summary>One validator in virtual time: the real machine, a simulated disk and a state machine that chains transactions.</summary>
internal sealed class SimulatedReplica(SimulatedCluster cluster, MachineSettings settings) : IStatementSigner
{
    private readonly List<Effect> _effects = [];
    private readonly Queue<(long Ticket, LogRecord Record)> _writing = new();
    private readonly Dictionary<long, (BlockBody Body, Digest StateRoot)> _executed = [];
    private readonly List<Effect.Send> _held = [];
    private readonly List<Effect.TrimLog> _trims = [];
    private CbftMachine? _machine;
    private Digest _stateRoot;
    private long _durableTicket;
    private long _tickAt;

    public int Index => settings.Index;

    public bool IsUp => _machine is not null;

    /// <summary>Gets a number that changes with each crash, so that events of a former life are dropped.</summary>
    public int Life { get; private set; }

    public SimulatedDisk Disk { get; } = new();

    public ReplicaState? State => _machine?.State;

    public IReadOnlyList<Lane> Lanes => _machine?.Lanes ?? [];

    /// <summary>Gets all transactions delivered, in order, as far as the disk has them.</summary>
    public List<long> Delivered { get; } = [];

    public long ClockSkew { get; set; }

    public string? Stopped { get; private set; }

    public Signature Sign(ReadOnlySpan<byte> statement)
    {
        byte[] signature = new byte[Signature.Size];
        Digest.Of(statement).CopyTo(signature);
        signature[^1] = (byte)Index;
        return new Signature(signature);
    }

    public void Start()
    {
        Life++;
        _durableTicket = 0;
        _tickAt = long.MaxValue;
        ReplayBlocks();
        RecoveredState recovered = RecoveredState.Read(
            new LogContents([.. Disk.Records], null), Disk.Blocks.Count == 0 ? null : Disk.Blocks[^1].Header, Disk.HeadBody);
        _machine = new CbftMachine(settings, this, recovered);
        Step(new Input.Started());
        Step(new Input.BlocksDurable(new BlockHeight(Disk.DurableBlocks)));
    }

    /// <summary>Loses everything that is not durable; of the records being written, a prefix survives.</summary>
    public void Crash(Random random)
    {
        _machine = null;
        Life++;
        int surviving = random.Next(_writing.Count + 1);
        for (int i = 0; i < surviving; i++)
        {
            Write(_writing.Dequeue().Record);
        }

        _writing.Clear();
        _executed.Clear();
        _held.Clear();
        _trims.Clear();
        Disk.LoseBlocks((int)random.NextInt64(Disk.DurableBlocks, Disk.Blocks.Count + 1));
    }

    public void Step(Input input)
    {
        if (_machine is null)
        {
            return;
        }

        _effects.Clear();
        _machine.Step(input, new MachineTime(cluster.Now, cluster.Now + 1_000_000 + ClockSkew), _effects);
        foreach (Effect effect in _effects.ToArray())
        {
            CarryOut(effect);
        }

        ScheduleTick();
    }

    /// <summary>The disk finished writing up to a ticket.</summary>
    public void OnWritten(long ticket)
    {
        while (_writing.TryPeek(out (long Ticket, LogRecord Record) next) && next.Ticket <= ticket)
        {
            Write(_writing.Dequeue().Record);
        }

        if (cluster.CrashesNow(this))
        {
            return; // Durable, but nobody will ever hear of it from this life.
        }

        _durableTicket = Math.Max(_durableTicket, ticket);
        foreach (Effect.Send send in _held.Where(h => h.After <= _durableTicket).ToArray())
        {
            _held.Remove(send);
            cluster.Send(this, send);
        }

        foreach (Effect.TrimLog trim in _trims.Where(t => t.After <= _durableTicket).ToArray())
        {
            _trims.Remove(trim);
            Disk.Trim(trim.Slot);
        }

        Step(new Input.Persisted(ticket));
    }

    private void Write(LogRecord record)
    {
        Disk.Append(record);
        cluster.Checker.OnDurable(record);
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist persist:
                _writing.Enqueue((persist.Ticket, persist.Record));
                cluster.After(cluster.DiskDelay(), this, () => OnWritten(persist.Ticket));
                break;
            case Effect.Send send when send.After <= _durableTicket:
                cluster.Send(this, send);
                break;
            case Effect.Send send:
                _held.Add(send);
                break;
            case Effect.Execute execute:
                Execute(execute);
                break;
            case Effect.StoreBlock store:
                Store(store);
                break;
            case Effect.TrimLog trim:
                _trims.Add(trim);
                break;
            case Effect.ServeBlocks serve:
                Serve(serve);
                break;
            case Effect.Halt halt:
                Stopped = halt.Reason;
                throw new SafetyViolationException($"Validator {Index} stopped: {halt.Reason}");
        }
    }

    private void Execute(Effect.Execute execute)
    {
        List<ReadOnlyMemory<byte>> transactions = BlockEncoding.TransactionsOf(execute.Body);
        foreach (ReadOnlyMemory<byte> transaction in transactions)
        {
            _stateRoot = MerkleTree.HashChildren(_stateRoot, Digest.Of(transaction.Span));
        }

        Digest root = _stateRoot;
        _executed[execute.Height.Value] = (execute.Body, root);
        Digest transactionsRoot = MerkleTree.Root(BlockEncoding.HashLeaves(transactions));
        cluster.After(cluster.ExecutionDelay(), this, () => Step(new Input.BlockExecuted(execute.Height, transactionsRoot, root, root)));
    }

    private void Store(Effect.StoreBlock store)
    {
        cluster.Checker.OnStored(store.Header, Disk.Blocks.Count);
        _executed.Remove(store.Header.Height.Value, out (BlockBody Body, Digest StateRoot) executed);
        Disk.Blocks.Add((store.Header, BlockEncoding.Encode(executed.Body)));
        Delivered.AddRange(BlockEncoding.TransactionsOf(executed.Body).Select(SimulatedCluster.NumberOf));
        if (store.Header.Height.Value % 3 == 0)
        {
            cluster.After(cluster.DiskDelay(), this, () => FlushBlocks(store.Header.Height));
        }
    }

    private void FlushBlocks(BlockHeight height)
    {
        Disk.DurableBlocks = Math.Max(Disk.DurableBlocks, height.Value);
        Step(new Input.BlocksDurable(height));
    }

    private void Serve(Effect.ServeBlocks serve)
    {
        List<ReadOnlyMemory<byte>> bodies =
            [.. Disk.Blocks.Skip((int)serve.From.Value - 1).Take(serve.Count).Select(b => b.Body)];
        if (bodies.Count > 0)
        {
            cluster.Send(this, new Effect.Send(serve.To, BlockEncoding.EncodeBlocksData(settings.Epoch, bodies), 0));
        }
    }

    private void ReplayBlocks()
    {
        _stateRoot = default;
        Delivered.Clear();
        foreach ((_, ReadOnlyMemory<byte> body) in Disk.Blocks)
        {
            foreach (ReadOnlyMemory<byte> transaction in BlockEncoding.TransactionsOf(Core.Encoding.Canonical.Decode<BlockBody>(body)))
            {
                _stateRoot = MerkleTree.HashChildren(_stateRoot, Digest.Of(transaction.Span));
                Delivered.Add(SimulatedCluster.NumberOf(transaction));
            }
        }
    }

    private void ScheduleTick()
    {
        long due = Math.Max(_machine!.NextDeadline, cluster.Now + 1);
        if (due < _tickAt || _tickAt <= cluster.Now)
        {
            _tickAt = due;
            cluster.At(due, this, () => Step(new Input.TimePassed()));
        }
    }
}
