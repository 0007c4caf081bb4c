using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Consensus;

/// <summary>One side of a chain that is split: some validators with their real keys, who hear only one another. Two worlds with the same
/// validator in both make it a twin: two copies of it that do not know of each other.</summary>
internal sealed class TwinWorld
{
    private readonly SortedDictionary<int, CbftMachine> _machines = [];
    private readonly Queue<(int To, ConsensusMessage Message)> _mail = new();
    private long _now;

    public TwinWorld(int count, params int[] members)
        : this(MachineHarness.SetOf(count), members)
    {
    }

    public TwinWorld(ValidatorSet validators, params int[] members)
    {
        foreach (int member in members)
        {
            var settings = new MachineSettings(MachineHarness.Chain, 0, validators, member, new CbftLimits());
            _machines[member] = new CbftMachine(settings, new Signer(member), RecoveredState.Read(new LogContents([], null), null, null));
            Step(member, new Input.Started());
        }
    }

    /// <summary>Gets or sets which messages get lost.</summary>
    public Func<ConsensusMessage, bool> Loses { get; set; } = _ => false;

    /// <summary>Gets or sets which messages get lost on the way from one validator to another.</summary>
    public Func<int, int, ConsensusMessage, bool> LosesBetween { get; set; } = (_, _, _) => false;

    /// <summary>Gets the lanes of which batches were handed to execution, on any of the validators.</summary>
    public HashSet<int> OrderedLanes { get; } = [];

    /// <summary>Gets the certificates that decided the slots, as any of the validators has them.</summary>
    public SortedDictionary<long, VoteCertificate> Decisions { get; } = [];

    public List<NewView> NewViews { get; } = [];

    public void Submit(int validator, byte content) => Step(validator, new Input.TransactionsSubmitted([new byte[] { content }]));

    /// <summary>Runs until a slot is decided.</summary>
    public void RunUntilDecided(long slot)
    {
        while (!Decisions.ContainsKey(slot))
        {
            if (_mail.TryDequeue(out (int To, ConsensusMessage Message) letter))
            {
                Step(letter.To, new Input.MessageReceived(0, letter.Message));
                continue;
            }

            _now = Math.Max(_now + 1, _machines.Values.Min(m => m.NextDeadline));
            if (_now > 60_000)
            {
                throw new InvalidOperationException($"Slot {slot} is not decided within a minute.");
            }

            foreach (int member in _machines.Keys.ToArray())
            {
                Step(member, new Input.TimePassed());
            }
        }
    }

    /// <summary>Runs for a while; every millisecond something is done first.</summary>
    public void RunFor(long milliseconds, Action<long> each)
    {
        for (long i = 0; i < milliseconds; i++)
        {
            _now++;
            each(i);
            foreach (int member in _machines.Keys.ToArray())
            {
                Step(member, new Input.TimePassed());
            }

            while (_mail.TryDequeue(out (int To, ConsensusMessage Message) letter))
            {
                Step(letter.To, new Input.MessageReceived(0, letter.Message));
            }
        }
    }

    public ViewNumber ViewOf(int member) => _machines[member].State.View;

    /// <summary>Signs as a validator of <see cref="MachineHarness.SetOf"/>.</summary>
    public static Signature SignAs(int validator, ReadOnlySpan<byte> statement)
    {
        using SigningKey key = SigningKey.FromSeed([.. Enumerable.Repeat((byte)(validator + 1), SigningKey.SeedSize)]);
        return key.Sign(statement);
    }

    private void Step(int member, Input input)
    {
        List<Effect> effects = [];
        _machines[member].Step(input, new MachineTime(_now, MachineHarness.WallClockStart + _now), effects);
        foreach (Effect effect in effects)
        {
            switch (effect)
            {
                case Effect.Persist persist:
                    Step(member, new Input.Persisted(persist.Ticket));
                    break;
                case Effect.Send send:
                    Post(member, send);
                    break;
                case Effect.Execute execute:
                    Decisions.TryAdd(execute.Height.Value, execute.Body.Commit);
                    OrderedLanes.UnionWith(execute.Body.Batches.Select(b => b.Header.Lane));
                    Step(member, new Input.BlockExecuted(execute.Height, default, default, default));
                    break;
            }
        }
    }

    private void Post(int from, Effect.Send send)
    {
        ConsensusMessage message = MachineHarness.Decode(send);
        if (message is NewView newView)
        {
            NewViews.Add(newView);
        }

        foreach (int member in _machines.Keys.Where(m => m != from && (send.To == m || send.To == Effect.Send.Everyone)))
        {
            if (!Loses(message) && !LosesBetween(from, member, message))
            {
                _mail.Enqueue((member, message));
            }
        }
    }

    private sealed class Signer(int validator) : IStatementSigner
    {
        public Signature Sign(ReadOnlySpan<byte> statement) => SignAs(validator, statement);
    }
}
