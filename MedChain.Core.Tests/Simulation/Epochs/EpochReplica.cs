using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Simulation.Epochs;

/// <summary>One institution in virtual time, in the epochs that have it and in the others: the real machines, a simulated disk, and a state
/// machine that obeys choices.</summary>
internal sealed class EpochReplica(EpochCluster cluster, int identity, EpochSettings settings) : IStatementSigner
{
    private readonly List<LogRecord> _log = [];
    private readonly List<(BlockHeader Header, BlockBody Body)> _blocks = [];
    private readonly Dictionary<long, SealCertificate> _seals = [];
    private readonly HashSet<long> _durableSeals = [];
    private readonly Queue<(long Ticket, LogRecord Record)> _writing = new();
    private readonly Dictionary<long, BlockBody> _executing = [];
    private readonly List<Effect.Post> _held = [];
    private readonly List<Effect.TrimLog> _trims = [];
    private ChoosingState _state = new(cluster.Genesis);
    private EpochMachine? _machine;
    private long _durableBlocks;
    private long _durableTicket;
    private long _tickAt;

    public int Identity => identity;

    public bool IsUp => _machine is not null;

    public int Life { get; private set; }

    public EpochMachine? Machine => _machine;

    public List<long> Delivered { get; } = [];

    public long ClockSkew { get; init; }

    public Signature Sign(ReadOnlySpan<byte> statement)
    {
        byte[] signature = new byte[Signature.Size];
        Digest.Of(statement).CopyTo(signature);
        signature[^1] = (byte)identity;
        return new Signature(signature);
    }

    public void Start()
    {
        Life++;
        _durableTicket = 0;
        _tickAt = long.MaxValue;
        ValidatorHistory history = Replay();
        bool any = _blocks.Count > 0;
        _machine = new EpochMachine(settings, this, new RecoveredChain(
            new LogContents([.. _log], null), history, any ? _blocks[^1].Header : null, any ? _blocks[^1].Body : null, _state.Chosen));
        Step(new Input.Started());
        Step(new Input.BlocksDurable(new BlockHeight(_durableBlocks)));
    }

    /// <summary>Loses everything that is not durable; of the records being written, a prefix survives.</summary>
    public void Crash(Random random)
    {
        _machine = null;
        Life++;
        for (int i = random.Next(_writing.Count + 1); i > 0; i--)
        {
            Write(_writing.Dequeue().Record);
        }

        _writing.Clear();
        _executing.Clear();
        _held.Clear();
        _trims.Clear();
        int kept = (int)random.NextInt64(_durableBlocks, _blocks.Count + 1);
        _blocks.RemoveRange(kept, _blocks.Count - kept);
        foreach (long height in _seals.Keys.Where(h => h > kept || (!_durableSeals.Contains(h) && random.Next(2) == 0)).ToArray())
        {
            _seals.Remove(height);
        }
    }

    public void Step(Input input)
    {
        if (_machine is null)
        {
            return;
        }

        List<Effect> effects = [];
        _machine.Step(input, new MachineTime(cluster.Now, cluster.Now + 1_000_000 + ClockSkew), effects);
        foreach (Effect effect in effects)
        {
            CarryOut(effect);
        }

        long due = Math.Max(_machine.NextDeadline, cluster.Now + 1);
        if (due < _tickAt || _tickAt <= cluster.Now)
        {
            _tickAt = due;
            cluster.At(due, this, () => Step(new Input.TimePassed()));
        }
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist persist:
                _writing.Enqueue((persist.Ticket, persist.Record));
                cluster.At(cluster.Now + cluster.DiskDelay(), this, () => OnWritten(persist.Ticket));
                break;
            case Effect.Post post when post.After <= _durableTicket:
                Send(post);
                break;
            case Effect.Post post:
                _held.Add(post);
                break;
            case Effect.Execute execute:
                Execute(execute);
                break;
            case Effect.StoreBlock store:
                Store(store.Header);
                break;
            case Effect.Certify certify:
                _seals[certify.Header.Height.Value] = certify.Certificate;
                break;
            case Effect.TrimLog trim:
                _trims.Add(trim);
                break;
            case Effect.FlushBlocks:
                cluster.At(cluster.Now + cluster.DiskDelay(), this, Flush);
                break;
            case Effect.Serve serve:
                Serve(serve);
                break;
            case Effect.EpochEntered entered:
                cluster.Checker.OnEpoch(entered.History.Latest);
                break;
            case Effect.Halt halt:
                throw new EpochViolationException($"Institution {identity} stopped: {halt.Reason}");
        }
    }

    private void OnWritten(long ticket)
    {
        while (_writing.TryPeek(out (long Ticket, LogRecord Record) next) && next.Ticket <= ticket)
        {
            Write(_writing.Dequeue().Record);
        }

        if (cluster.CrashesNow(this))
        {
            return;
        }

        _durableTicket = Math.Max(_durableTicket, ticket);
        foreach (Effect.Post post in _held.Where(h => h.After <= _durableTicket).ToArray())
        {
            _held.Remove(post);
            Send(post);
        }

        foreach (Effect.TrimLog trim in _trims.Where(t => t.After <= _durableTicket).ToArray())
        {
            _trims.Remove(trim);
            _log.RemoveAll(r => r.Slot != LogRecord.Pinned && r.Slot <= trim.Slot);
        }

        Step(new Input.Persisted(ticket));
    }

    private void Write(LogRecord record)
    {
        if (record.Slot == LogRecord.Pinned)
        {
            _log.RemoveAll(r => r.Slot == LogRecord.Pinned && r.Kind == record.Kind);
        }

        _log.Add(record);
        cluster.Checker.OnDurable(record);
    }

    private void Send(Effect.Post post)
    {
        if (!Envelope.TryDecode(post.Message, out ConsensusMessage? message, out string? reason))
        {
            throw new EpochViolationException($"Institution {identity} sent what cannot be read: {reason}");
        }

        cluster.Checker.OnSent(identity, cluster.IndexIn(_machine!.History, message.Epoch, identity), post.Message, message, _log);
        foreach (PublicKey to in post.To)
        {
            cluster.Transmit(identity, to, post.Message);
        }
    }

    private void Execute(Effect.Execute execute)
    {
        List<ReadOnlyMemory<byte>> transactions = BlockEncoding.TransactionsOf(execute.Body);
        _state = _state.After(execute.Height, execute.Body.Commit.Epoch, transactions);
        _executing[execute.Height.Value] = execute.Body;
        Digest root = MerkleTree.Root(BlockEncoding.HashLeaves(transactions));
        var result = new Input.BlockExecuted(execute.Height, root, root, _state.Root, _state.Chosen);
        cluster.At(cluster.Now + cluster.DiskDelay(), this, () => Step(result));
    }

    private void Store(BlockHeader header)
    {
        cluster.Checker.OnStored(header, _blocks.Count);
        _executing.Remove(header.Height.Value, out BlockBody? body);
        _blocks.Add((header, body!));
        Deliver(body!);
        if (header.Height.Value % 16 == 0)
        {
            cluster.At(cluster.Now + cluster.DiskDelay(), this, Flush);
        }
    }

    private void Flush()
    {
        _durableBlocks = _blocks.Count;
        _durableSeals.UnionWith(_seals.Keys);
        Step(new Input.BlocksDurable(new BlockHeight(_durableBlocks)));
    }

    private void Serve(Effect.Serve serve)
    {
        ReadOnlyMemory<byte>[] bodies = [.. _blocks
            .Where(b => b.Header.Height >= serve.From && b.Header.Height <= serve.Last)
            .Take(serve.Count)
            .Select(b => BlockEncoding.Encode(b.Body))];
        if (bodies.Length > 0)
        {
            Send(new Effect.Post(serve.To, BlockEncoding.EncodeBlocksData(serve.Epoch, bodies), 0));
        }
    }

    private ValidatorHistory Replay()
    {
        Delivered.Clear();
        _state = new ChoosingState(cluster.Genesis);
        var history = new ValidatorHistory(settings.Chain, EpochCluster.SetOf(cluster.Genesis));
        foreach ((BlockHeader header, BlockBody body) in _blocks)
        {
            _state = _state.After(header.Height, header.Epoch, BlockEncoding.TransactionsOf(body));
            Deliver(body);
            Handoff? logged = StoredHistory.HandoffIn(new LogContents([.. _log], null));
            if (header.EndsEpoch && (_seals.GetValueOrDefault(header.Height.Value) ?? SealOf(logged, header)) is { } seal)
            {
                _seals[header.Height.Value] = seal;
                history = history.Follow(new Handoff(header, seal, body.Next!));
            }
        }

        return history;
    }

    private static SealCertificate? SealOf(Handoff? logged, BlockHeader header) => logged?.Header == header ? logged!.Seal : null;

    private void Deliver(BlockBody body) => Delivered.AddRange(
        BlockEncoding.TransactionsOf(body).Where(t => !ChoosingState.IsChoice(t)).Select(EpochCluster.NumberOf));
}
