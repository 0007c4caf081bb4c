using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Transcripts;

/// <summary>One validator of a scenario: the real machine, a disk that takes a millisecond for each flush, and a state of texts. It tells
/// the transcript what it does.</summary>
internal sealed class TranscriptReplica(TranscriptCluster cluster, int index, EpochSettings settings) : IStatementSigner
{
    private const string Arrow = " → ";
    private readonly List<LogRecord> _log = [];
    private readonly List<(BlockHeader Header, BlockBody Body)> _blocks = [];
    private readonly Dictionary<long, SealCertificate> _seals = [];
    private readonly Queue<(long Ticket, LogRecord Record)> _writing = new();
    private readonly Dictionary<long, BlockBody> _executing = [];
    private readonly List<Effect.Post> _held = [];
    private readonly List<Effect.TrimLog> _trims = [];
    private readonly HashSet<string> _saidBefore = [];
    private readonly Dictionary<string, int> _said = [];
    private readonly Dictionary<string, HashSet<int>> _heard = [];
    private TranscriptState _state = TranscriptState.Empty;
    private EpochVerifiers? _verifiers;
    private EpochMachine? _machine;
    private RecordKind _lastRecord;
    private long _durableBlocks;
    private long _durableTicket;
    private long _tickAt;
    private bool _isWriting;

    public int Index => index;

    public bool IsUp => _machine is not null;

    /// <summary>Gets a number that changes with each start and crash, so that events of a former life are dropped.</summary>
    public int Life { get; private set; }

    public EpochMachine Machine => _machine ?? throw new InvalidOperationException($"V{index} is down.");

    /// <summary>Gets what the disk holds.</summary>
    public IReadOnlyList<LogRecord> Log => _log;

    /// <summary>Gets the stored blocks by height − 1.</summary>
    public IReadOnlyList<(BlockHeader Header, BlockBody Body)> Blocks => _blocks;

    /// <summary>Gets the texts executed.</summary>
    public IReadOnlyList<string> Executed => _state.Executed;

    /// <summary>Gets the height of the best seal certificate; 0 while the process is down.</summary>
    public long Sealed => _machine?.State.BaseHeight ?? 0;

    /// <summary>Gets or sets what opening the log will find damaged.</summary>
    public string? Damage { get; set; }

    public Signature Sign(ReadOnlySpan<byte> statement) => TranscriptCluster.Sign(index, statement);

    public void Start()
    {
        Life++;
        _durableTicket = 0;
        _tickAt = long.MaxValue;
        ValidatorHistory history = Replay();
        (BlockHeader? header, BlockBody? body) = _blocks.Count > 0 ? _blocks[^1] : (null, null);
        _machine = new EpochMachine(
            settings, this, new RecoveredChain(new LogContents([.. _log], Damage), history, header, body?.Ordering, _state.Chosen));
        _verifiers = new EpochVerifiers(TranscriptCluster.Chain, history.Latest, cluster.Signatures);
        Step(new Input.Started(), "start");
        Step(new Input.BlocksDurable(new BlockHeight(_durableBlocks)), "blocks durable");
    }

    /// <summary>Loses the process and everything that is not durable.</summary>
    public void Crash()
    {
        _machine = null;
        Life++;
        _writing.Clear();
        _executing.Clear();
        _held.Clear();
        _trims.Clear();
        _saidBefore.UnionWith(_said.Keys);
        _said.Clear();
        _heard.Clear();
        _isWriting = false;
        _lastRecord = RecordKind.None;
        _blocks.RemoveRange((int)_durableBlocks, _blocks.Count - (int)_durableBlocks);
    }

    /// <summary>The next flush that holds a record of this kind is the last thing that the process does.</summary>
    public void CrashAfterWriting(RecordKind kind) => _lastRecord = kind;

    public void Submit(params string[] texts)
    {
        ReadOnlyMemory<byte>[] transactions = [.. texts.Select(t => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(t))];
        Step(new Input.TransactionsSubmitted(transactions), $"submitted: {string.Join(", ", texts)}");
    }

    public void Receive(int from, ConsensusMessage message)
    {
        if (_machine is null || !_verifiers!.Verify(message, out bool isForeign))
        {
            return;
        }

        Step(new Input.PeerMessage(TranscriptCluster.KeyOf(from), message), Describe(from, message));
    }

    private string Describe(int from, ConsensusMessage message)
    {
        HashSet<int>? heard = Count(message);
        if (cluster.Writer.IsMuted)
        {
            return "";
        }

        string text = cluster.Names.Short(message);
        return heard is not null ? $"{text}, {heard.Count} of {Machine.Settings.Count}"
            : message is BatchMessage or PrePrepare or NewView ? text
            : $"{text} from V{from}";
    }

    /// <summary>Counts a signed statement of which a quorum is wanted.</summary>
    /// <returns>The validators that have made it, as far as is known here; nothing for other messages.</returns>
    private HashSet<int>? Count(ConsensusMessage message)
    {
        (string? statement, int validator) = message switch
        {
            FixAck m => ($"{m.Epoch} {m.Reference}", m.Validator),
            Vote m => ($"{m.Epoch} {m.Phase} {m.View} {m.Slot} {m.Value}", m.Validator),
            SealVote m => ($"{m.Epoch} {m.Height} {m.HeaderHash}", m.Validator),
            ViewChange m => ($"{m.Epoch} {m.NewView}", m.Validator),
            _ => (null, 0),
        };
        if (statement is null)
        {
            return null;
        }

        if (!_heard.TryGetValue(statement, out HashSet<int>? heard))
        {
            _heard.Add(statement, heard = []);
        }

        heard.Add(validator);
        if (message is FixAck ack
            && ack.Epoch == Machine.Epoch.Number
            && Machine.Lanes[ack.Reference.Lane].Find(ack.Reference.Digest)?.Ack is not null)
        {
            heard.Add(Machine.Settings.Index); // The own acknowledgement is not sent to oneself.
        }

        return heard;
    }

    /// <summary>Adds what was done; one message to several receivers is said once.</summary>
    private static void Add(List<string> said, string one)
    {
        int arrow = one.LastIndexOf(Arrow, StringComparison.Ordinal);
        if (arrow > 0 && said.Count > 0 && said[^1].StartsWith(one[..(arrow + Arrow.Length)], StringComparison.Ordinal))
        {
            said[^1] += " " + one[(arrow + Arrow.Length)..];
        }
        else if (one.Length > 0)
        {
            said.Add(one);
        }
    }

    private void Step(Input input, string text, List<string>? said = null)
    {
        if (_machine is null)
        {
            return;
        }

        List<Effect> effects = [];
        _machine.Step(input, new MachineTime(cluster.Now, cluster.Now + TranscriptCluster.WallClockStart), effects);
        said ??= [];
        List<string> logged = [];
        foreach (Effect effect in effects)
        {
            if (effect is Effect.Persist persist)
            {
                Persist(persist);
                logged.Add(cluster.Writer.IsMuted ? "" : cluster.Names.Say(persist.Record));
            }
            else
            {
                Add(said, CarryOut(effect));
            }
        }

        if (logged.Count > 0)
        {
            said.Insert(0, $"log {string.Join(", ", logged)}");
        }

        cluster.Writer.Step(cluster.Now, index, text, said);
        long due = Math.Max(_machine.NextDeadline, cluster.Now + 1);
        if (due < _tickAt || _tickAt <= cluster.Now)
        {
            _tickAt = due;
            cluster.At(due, this, () => Step(new Input.TimePassed(), "timer"));
        }
    }

    private void Persist(Effect.Persist persist)
    {
        _writing.Enqueue((persist.Ticket, persist.Record));
        if (!_isWriting)
        {
            _isWriting = true;
            cluster.At(cluster.Now + 1, this, Flush);
        }
    }

    /// <summary>One flush at a time takes all records that wait.</summary>
    private void Flush()
    {
        long ticket = _writing.Last().Ticket;
        bool dies = false;
        while (_writing.TryDequeue(out (long Ticket, LogRecord Record) next))
        {
            if (next.Record.Slot == LogRecord.Pinned)
            {
                _log.RemoveAll(r => r.Slot == LogRecord.Pinned && r.Kind == next.Record.Kind);
            }

            _log.Add(next.Record);
            dies |= _lastRecord != RecordKind.None && (RecordKind)next.Record.Kind == _lastRecord;
        }

        _isWriting = false;
        if (dies)
        {
            cluster.Note($"V{index} dies: what it logged last is durable, and nobody has heard of it");
            Crash();
            return;
        }

        _durableTicket = ticket;
        List<string> said = [];
        foreach (Effect.Post post in _held.Where(h => h.After <= _durableTicket).ToArray())
        {
            _held.Remove(post);
            Add(said, Send(post));
        }

        foreach (Effect.TrimLog trim in _trims.Where(t => t.After <= _durableTicket).ToArray())
        {
            _trims.Remove(trim);
            _log.RemoveAll(r => r.Slot != LogRecord.Pinned && r.Slot <= trim.Slot);
        }

        Step(new Input.Persisted(ticket), "flushed", said);
    }

    private string CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Post post when post.After <= _durableTicket:
                return Send(post);
            case Effect.Post post:
                _held.Add(post);
                return "";
            case Effect.Execute execute:
                return Execute(execute);
            case Effect.StoreBlock store:
                return Store(store.Header);
            case Effect.Certify certify:
                _seals[certify.Header.Height.Value] = certify.Certificate;
                return $"certify {cluster.Names.NameHeader(certify.Header.Height, certify.Header.Hash)}";
            case Effect.TrimLog trim:
                _trims.Add(trim);
                return $"trim the log up to s{trim.Slot}";
            case Effect.FlushBlocks:
                cluster.At(cluster.Now + 1, this, FlushBlocks);
                return "flush blocks";
            case Effect.Serve serve:
                return Serve(serve);
            case Effect.Report report:
                cluster.Reports.Add((index, report.Evidence));
                return $"evidence: V{cluster.IdentityOf(Machine.Epoch.Number, report.Evidence.Validator)} {report.Evidence.Kind}";
            case Effect.EpochChosen chosen:
                _verifiers!.Add(chosen.Next);
                return $"epoch {chosen.Next.Number} begins after block {chosen.Next.Start}";
            case Effect.EpochEntered entered:
                _verifiers!.Enter(entered.History.Latest);
                return $"enter epoch {entered.History.Latest.Number} {(entered.IsMember ? "as validator" : "as guest")}";
            case Effect.Halt halt:
                return $"HALT: {halt.Reason}";
            default:
                return effect.GetType().Name;
        }
    }

    /// <summary>Sends, and says so the first two times in a life: what is sent again and again is not worth a line each time.</summary>
    private string Send(Effect.Post post)
    {
        ConsensusMessage message = cluster.Transmit(index, post);
        Count(message);
        if (cluster.Writer.IsMuted || message is Status)
        {
            return "";
        }

        int[] to = [.. post.To.Select(TranscriptCluster.IndexOf).Order()];
        string receivers = to.Length > 1 ? "all" : $"V{to[0]}";
        string text = $"{cluster.Names.Say(message)}{Arrow}{receivers}";
        string key = $"{Digest.Of(post.Message.Span)} {receivers}";
        int times = _said[key] = _said.GetValueOrDefault(key) + 1;
        return times > 2 ? "" : times == 2 || _saidBefore.Contains(key) ? $"again {text}" : text;
    }

    private string Execute(Effect.Execute execute)
    {
        List<ReadOnlyMemory<byte>> transactions = BlockEncoding.TransactionsOf(execute.Body);
        _state = _state.After(execute.Height, transactions);
        _executing[execute.Height.Value] = execute.Body;
        Digest root = MerkleTree.Root(BlockEncoding.HashLeaves(transactions));
        var result = new Input.BlockExecuted(execute.Height, root, root, _state.Root, _state.Chosen);
        cluster.At(cluster.Now + 1, this, () => Step(result, $"executed block {execute.Height}"));
        return $"execute block {execute.Height}: {TranscriptNames.Transactions(transactions)}";
    }

    private string Store(BlockHeader header)
    {
        _executing.Remove(header.Height.Value, out BlockBody? body);
        _blocks.Add((header, body!));
        cluster.At(cluster.Now + 1, this, FlushBlocks);
        return $"store {cluster.Names.NameHeader(header.Height, header.Hash)}";
    }

    private void FlushBlocks()
    {
        _durableBlocks = _blocks.Count;
        Step(new Input.BlocksDurable(new BlockHeight(_durableBlocks)), $"blocks durable to {_durableBlocks}");
    }

    private string Serve(Effect.Serve serve)
    {
        ReadOnlyMemory<byte>[] bodies = [.. _blocks
            .Where(b => b.Header.Height >= serve.From && b.Header.Height <= serve.Last)
            .Take(serve.Count)
            .Select(b => BlockEncoding.Encode(b.Body))];
        return bodies.Length == 0 ? "" : Send(new Effect.Post(serve.To, BlockEncoding.EncodeBlocksData(serve.Epoch, bodies), 0));
    }

    private ValidatorHistory Replay()
    {
        _state = TranscriptState.Empty;
        ValidatorHistory history = cluster.Genesis;
        foreach ((BlockHeader header, BlockBody body) in _blocks)
        {
            _state = _state.After(header.Height, BlockEncoding.TransactionsOf(body));
            if (header.EndsEpoch && _seals.TryGetValue(header.Height.Value, out SealCertificate? seal))
            {
                history = history.Follow(new Handoff(header, seal, body.Next!));
            }
        }

        return history;
    }
}
