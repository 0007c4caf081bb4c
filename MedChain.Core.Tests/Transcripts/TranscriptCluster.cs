using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Consensus;
using NUnit.Framework;

namespace MedChain.Core.Tests.Transcripts;

/// <summary>A chain on one thread for a scenario: real machines with real keys. A message takes a millisecond, and so do a flush and an
/// execution, unless the scenario says otherwise; nothing is random.</summary>
internal sealed class TranscriptCluster
{
    public const long WallClockStart = 1_000_000;
    private const int MaxValidators = 7;

    private static readonly SigningKey[] Keys =
        [.. Enumerable.Range(1, MaxValidators).Select(i => SigningKey.FromSeed([.. Enumerable.Repeat((byte)i, SigningKey.SeedSize)]))];

    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private long _order;

    /// <summary>Prepares a chain.</summary>
    /// <param name="count">Institutions; the first four of more are the validators of epoch 0.</param>
    /// <param name="limits">Sizes and times.</param>
    /// <param name="rules">Rules of the chain.</param>
    public TranscriptCluster(int count = 4, CbftLimits? limits = null, ConsensusRules? rules = null)
    {
        Genesis = new ValidatorHistory(Chain, SetOf(Enumerable.Range(0, Math.Min(count, 4)), rules));
        Names = new TranscriptNames(this);
        Writer = new TranscriptWriter(count);
        Replicas = [.. Keys[..count].Select((key, i) =>
            new TranscriptReplica(this, i, new EpochSettings(Chain, key.PublicKey, limits ?? new CbftLimits())))];
    }

    public static ChainId Chain { get; } = new(Digest.Of([9]));

    public ValidatorHistory Genesis { get; }

    public SignatureCache Signatures { get; } = new();

    public TranscriptNames Names { get; }

    public TranscriptWriter Writer { get; }

    public TranscriptReplica[] Replicas { get; }

    public IEnumerable<TranscriptReplica> Up => Replicas.Where(r => r.IsUp);

    /// <summary>Gets all evidence found, and by whom.</summary>
    public List<(int By, Evidence Evidence)> Reports { get; } = [];

    /// <summary>Gets all messages in the order in which they were sent.</summary>
    public List<(long Time, int From, ConsensusMessage Message, ReadOnlyMemory<byte> Bytes)> Sent { get; } = [];

    public long Now { get; private set; }

    /// <summary>Gets or sets how many milliseconds a message takes from one validator to another; nothing for one that gets lost.</summary>
    public Func<int, int, ConsensusMessage, long?> Network { get; set; } = (_, _, _) => 1;

    public TranscriptReplica this[int index] => Replicas[index];

    public static PublicKey KeyOf(int index) => Keys[index].PublicKey;

    public static int IndexOf(PublicKey key) => Array.FindIndex(Keys, k => k.PublicKey == key);

    public static Signature Sign(int index, ReadOnlySpan<byte> statement) => Keys[index].Sign(statement);

    public static ValidatorSet SetOf(IEnumerable<int> members, ConsensusRules? rules = null) => new(
        [.. members.Select(i => new Validator(KeyOf(i), default, MachineHarness.OperatorKeyOf(KeyOf(i))))], rules);

    /// <summary>Finds an epoch, by whoever has come that far.</summary>
    public ChainEpoch EpochOf(long epoch) => epoch == 0
        ? Genesis.Latest
        : Up.Select(r => r.Machine.History.Find(epoch)).First(e => e is not null)!;

    public int IdentityOf(long epoch, int index) => IndexOf(EpochOf(epoch).Validators.Members[index].VotingKey);

    public void Start(params int[] who)
    {
        foreach (TranscriptReplica replica in Replicas.Where(r => who.Length == 0 || who.Contains(r.Index)))
        {
            replica.Start();
        }
    }

    public void Note(string text) => Writer.Note(text);

    public void Crash(int index)
    {
        Note($"V{index} dies");
        Replicas[index].Crash();
    }

    public void Restart(int index)
    {
        Note($"V{index} starts again from its disk");
        Replicas[index].Start();
    }

    /// <summary>Splits the network: only validators of one side hear one another.</summary>
    public void Split(params int[] side)
    {
        string other = string.Join(' ', Replicas.Select(r => r.Index).Except(side).Select(v => $"V{v}"));
        Note($"the network splits: {string.Join(' ', side.Select(v => $"V{v}"))} | {other}");
        Network = (from, to, _) => side.Contains(from) == side.Contains(to) ? 1 : null;
    }

    public void Heal(string note = "the network heals")
    {
        Note(note);
        Network = (_, _, _) => 1;
    }

    /// <summary>A validator without a machine does as the scenario says.</summary>
    public void Inject(int from, ConsensusMessage message, params int[] to)
    {
        Writer.Step(Now, from, "lies", [$"{Names.Say(message)} → {string.Join(' ', to.Select(v => $"V{v}"))}"]);
        Transmit(from, new Effect.Post([.. to.Select(KeyOf)], Envelope.Encode(message), 0));
    }

    /// <summary>Runs without writing lines.</summary>
    public void Skip(string note, Action run)
    {
        Note(note);
        Writer.IsMuted = true;
        run();
        Writer.IsMuted = false;
    }

    public void RunFor(long milliseconds) => Run(Now + milliseconds, () => false);

    public void RunUntil(Func<bool> condition)
    {
        Run(Now + 60_000, condition);
        Assert.That(condition(), Is.True, "The scenario does not come to its end:\n" + Writer.Render("so far"));
    }

    public void At(long time, TranscriptReplica replica, Action action)
    {
        int life = replica.Life;
        _events.Enqueue(
            () =>
            {
                if (replica.Life == life)
                {
                    action();
                }
            },
            (time, _order++));
    }

    /// <summary>Sends bytes to receivers.</summary>
    /// <returns>What they are.</returns>
    public ConsensusMessage Transmit(int from, Effect.Post post)
    {
        if (!Envelope.TryDecode(post.Message, out ConsensusMessage? message, out string? reason))
        {
            throw new InvalidOperationException($"V{from} sent what cannot be read: {reason}");
        }

        Sent.Add((Now, from, message, post.Message));
        foreach (int to in post.To.Select(IndexOf))
        {
            if (Network(from, to, message) is { } delay)
            {
                _events.Enqueue(() => Replicas[to].Receive(from, message), (Now + delay, _order++));
            }
        }

        return message;
    }

    /// <summary>What every scenario owes: same headers at the same heights, every text executed once, nobody stopped.</summary>
    public void RequireAgreement()
    {
        foreach (TranscriptReplica replica in Up)
        {
            TranscriptReplica furthest = Up.MaxBy(r => r.Blocks.Count)!;
            Assert.That(replica.Blocks.Select(b => b.Header), Is.EqualTo(furthest.Blocks.Take(replica.Blocks.Count).Select(b => b.Header)));
            Assert.That(replica.Executed, Is.Unique);
            Assert.That(replica.Machine.State.Halted, Is.False);
        }
    }

    /// <summary>Ends a scenario: agreement, and the text in this folder.</summary>
    /// <param name="name">The text's name.</param>
    /// <param name="head">What the scenario is about.</param>
    public void Finish(string name, string head)
    {
        RequireAgreement();
        GoldenTranscript.Require(name, Writer.Render(head));
    }

    private void Run(long end, Func<bool> isOver)
    {
        while (!isOver() && _events.TryPeek(out Action? next, out (long Time, long Order) due) && due.Time <= end)
        {
            _events.Dequeue();
            Now = due.Time;
            next();
        }

        Now = isOver() ? Now : end;
    }
}
