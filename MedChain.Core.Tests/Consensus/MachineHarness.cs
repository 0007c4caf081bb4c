using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Consensus;

/// <summary>One machine on a table: the test plays all other validators, the disk and the clock. Signatures are not real, for the machine
/// never looks at them.</summary>
internal sealed class MachineHarness : IStatementSigner
{
    public const long WallClockStart = 1_000_000;

    private readonly List<Effect> _step = [];
    private long _now;
    private int _read;

    public MachineHarness(
        int count = 4,
        int index = 1,
        CbftLimits? limits = null,
        LogContents? log = null,
        ConsensusRules? rules = null,
        bool strictFix = false,
        int vouchedFrom = 0)
    {
        Settings = new MachineSettings(Chain, 0, SetOf(count, rules), index, limits ?? new CbftLimits())
        {
            StrictFix = strictFix,
            VouchedFrom = vouchedFrom,
        };
        Machine = new CbftMachine(Settings, this, RecoveredState.Read(log ?? new LogContents([], null), null, null));
        Step(new Input.Started());
    }

    public static ChainId Chain { get; } = new(Digest.Of([1]));

    public MachineSettings Settings { get; }

    public CbftMachine Machine { get; }

    public List<Effect> Effects { get; } = [];

    /// <summary>Gets all records handed out, as a log would hold them.</summary>
    public IReadOnlyList<LogRecord> Records => [.. Effects.OfType<Effect.Persist>().Select(p => p.Record)];

    /// <summary>Gets the effects since this was read last.</summary>
    public List<Effect> News
    {
        get
        {
            List<Effect> news = Effects[_read..];
            _read = Effects.Count;
            return news;
        }
    }

    /// <summary>A key that nobody holds: consensus signs nothing with operator keys.</summary>
    public static PublicKey OperatorKeyOf(PublicKey voting) => new(Digest.Of(voting.ToArray()).ToArray());

    public static ValidatorSet SetOf(int count, ConsensusRules? rules = null) => new(
        [.. Enumerable.Range(0, count).Select(i =>
    {
        using SigningKey key = SigningKey.FromSeed([.. Enumerable.Repeat((byte)(i + 1), SigningKey.SeedSize)]);
        return new Validator(key.PublicKey, default, OperatorKeyOf(key.PublicKey));
    })],
        rules);

    public static Batch BatchOf(int lane, long height, Digest parent = default, byte content = 0, long incarnation = 1)
    {
        ReadOnlyMemory<byte> payload = Batch.EncodePayload([new byte[] { (byte)lane, (byte)height, content }]);
        var header = new BatchHeader(Chain, 0, lane, incarnation, height, parent, 1, payload.Length, Digest.Of(payload.Span));
        return Batch.Create(header, default, payload);
    }

    public static Cut CutOf(long slot, int proposer, params BatchReference[] tips) =>
        new(Chain, 0, new SlotNumber(slot), proposer, WallClockStart, [.. tips]);

    /// <summary>A cut proposed first in a later view, which began above <paramref name="start"/>.</summary>
    public static Cut CutIn(long view, long start, long slot, int proposer, params BatchReference[] tips) =>
        new(Chain, 0, new SlotNumber(slot), proposer, WallClockStart, [.. tips], new ViewNumber(view), start);

    public static PrePrepare Propose(Cut cut, long view = 0) => new(0, new ViewNumber(view), cut, default);

    public static Vote VoteOf(VotePhase phase, int validator, long slot, Digest value, long view = 0) =>
        new(phase, 0, new ViewNumber(view), new SlotNumber(slot), value, validator, default);

    public static List<ConsensusMessage> Sent(IEnumerable<Effect> effects) => [.. effects.OfType<Effect.Send>().Select(Decode)];

    public static ConsensusMessage Decode(Effect.Send send) =>
        Envelope.TryDecode(send.Message, out ConsensusMessage? message, out string? reason)
            ? message
            : throw new InvalidOperationException(reason);

    public Signature Sign(ReadOnlySpan<byte> statement) => default;

    public void Step(Input input)
    {
        _step.Clear();
        Machine.Step(input, new MachineTime(_now, WallClockStart + _now), _step);
        Effects.AddRange(_step);
    }

    public void Receive(ConsensusMessage message, bool valid = true) => Step(new Input.MessageReceived(0, message, valid));

    public void ReceiveVotes(VotePhase phase, long slot, Digest value, params int[] validators)
    {
        foreach (int validator in validators)
        {
            Receive(VoteOf(phase, validator, slot, value));
        }
    }

    /// <summary>Lets time pass in small steps, as the timer would.</summary>
    public void Pass(long milliseconds)
    {
        long end = _now + milliseconds;
        while (_now < end)
        {
            _now = Math.Min(end, Math.Max(_now + 1, Machine.NextDeadline));
            Step(new Input.TimePassed());
        }
    }

    public void PersistAll()
    {
        if (Effects.OfType<Effect.Persist>().LastOrDefault() is { } last)
        {
            Step(new Input.Persisted(last.Ticket));
        }
    }

    /// <summary>Gives the machine a batch and a proposal of its tip.</summary>
    public Cut ProposeBatch(long slot, int lane = 2, byte content = 0)
    {
        Batch batch = BatchOf(lane, slot, slot == 1 ? default : BatchDigest(lane, slot - 1), content);
        Receive(new BatchMessage(batch));
        Cut cut = CutOf(slot, 0, batch.Header.Reference);
        Receive(Propose(cut));
        return cut;
    }

    /// <summary>Decides a proposed slot by the votes of others.</summary>
    public void Decide(long slot, Digest value)
    {
        int[] others = [.. Enumerable.Range(0, Settings.Count).Where(i => i != Settings.Index)];
        ReceiveVotes(VotePhase.Prepare, slot, value, others);
        ReceiveVotes(VotePhase.Commit, slot, value, others);
    }

    private static Digest BatchDigest(int lane, long height)
    {
        Digest digest = default;
        for (long h = 1; h <= height; h++)
        {
            digest = BatchOf(lane, h, digest).Header.Digest;
        }

        return digest;
    }
}
