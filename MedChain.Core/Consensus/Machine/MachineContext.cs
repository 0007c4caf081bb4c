using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Machine;

/// <summary>What the parts of one machine share: settings, state, the time of the step, and the effects it collects.</summary>
internal sealed class MachineContext(MachineSettings settings, IStatementSigner signer)
{
    /// <summary>Reports about one validator in one life of this one: enough to convict, too few to flood anybody.</summary>
    private const int MaxReports = 64;

    private readonly HashSet<Digest> _reported = [];
    private readonly int[] _reports = new int[settings.Count];
    private List<Effect> _effects = [];

    public MachineSettings Settings { get; } = settings;

    public ReplicaState State { get; } = new() { Start = settings.Start, SlotsAfterEnd = settings.SlotsAfterEnd };

    public long Now { get; private set; }

    public long WallClock { get; private set; }

    /// <summary>Gets the ticket of the last record handed out.</summary>
    public long LastTicket { get; private set; }

    /// <summary>Gets or sets the ticket up to which records are durable.</summary>
    public long DurableTicket { get; set; }

    /// <summary>Gets or sets the ticket that must be durable before this validator may propose: a leader that restarts must know that it
    /// was one, or it could propose twice for one slot.</summary>
    public long ProposalTicket { get; set; }

    /// <summary>Gets or sets whether nothing moved between the last two times that messages were sent again.</summary>
    public bool IsStuck { get; set; }

    public int Self => Settings.Index;

    public ChainId Chain => Settings.Chain;

    /// <summary>Gets the name under which votes are signed: the chain with the validators' rules.</summary>
    public ChainId VotingChain { get; } = settings.Validators.Rules.Bind(settings.Chain);

    public long Epoch => Settings.Epoch;

    /// <summary>Gets whether this validator opens the current view: its NewView is the one that counts.</summary>
    public bool IsOpener => OpenerOf(State.View) == Self;

    public int OpenerOf(ViewNumber view) => LeaderHistory.OpenerOf(view, Settings.Count);

    /// <summary>The validator that may propose a slot in the current view; <see langword="null"/> while blocks are missing that decide it,
    /// which is never so for a slot near enough to vote on.</summary>
    public int? LeaderOf(long slot) => State.Leaders.LeaderOf(State.View, State.ViewStart, slot, State.Ordered, Settings.Validators);

    /// <summary>The leaders of the slots next to be proposed: of the current term, and of those that begin within the window.</summary>
    public IEnumerable<int> LeadersAhead()
    {
        long first = Math.Max(State.Decided, State.ViewStart) + 1;
        int length = Settings.Validators.Rules.TermLength;
        if (length == 0)
        {
            return [OpenerOf(State.View)];
        }

        return Enumerable.Range(0, 2 + (Settings.Window / length))
            .Select(i => LeaderOf(first + Math.Min((long)i * length, Settings.Window)))
            .OfType<int>()
            .Distinct();
    }

    /// <summary>Goes on counting tickets where the machine of the epoch before stopped.</summary>
    public void ContinueTickets(long last, long durable)
    {
        LastTicket = last;
        DurableTicket = durable;
    }

    public void BeginStep(MachineTime time, List<Effect> effects)
    {
        Now = time.Monotonic;
        WallClock = time.WallClock;
        _effects = effects;
    }

    public Signature Sign(ReadOnlySpan<byte> statement) => signer.Sign(statement);

    public void Emit(Effect effect) => _effects.Add(effect);

    /// <summary>Gets the highest slot that is kept: twice the window in which votes are given, so that early messages are not
    /// lost.</summary>
    public long LastKeptSlot => Math.Max(State.BaseHeight, State.Ordered) + (4 * Settings.Window);

    public long Persist(SlotNumber slot, RecordKind kind, ReadOnlyMemory<byte> payload)
    {
        LastTicket++;
        Emit(new Effect.Persist(LastTicket, new LogRecord(slot, (byte)kind, payload)));
        return LastTicket;
    }

    public void Broadcast(ReadOnlyMemory<byte> message, long after)
    {
        if (Settings.HasOthers)
        {
            Emit(new Effect.Send(Effect.Send.Everyone, message, after));
        }
    }

    public void Broadcast(ConsensusMessage message, long after) => Broadcast(Envelope.Encode(message), after);

    public void Send(int to, ConsensusMessage message, long after)
    {
        if (to != Self)
        {
            Emit(new Effect.Send(to, Envelope.Encode(message), after));
        }
    }

    /// <summary>Reports two messages of one validator if they exclude each other, each misconduct once and of each validator a bounded
    /// number.</summary>
    public void Report(ConsensusMessage first, ConsensusMessage second)
    {
        if (Evidence.Of(first, second, Chain, Settings.Validators) is { } evidence
            && _reports[evidence.Validator] < MaxReports
            && _reported.Add(evidence.PlaceOf(Chain, Settings.Validators)))
        {
            _reports[evidence.Validator]++;
            Emit(new Effect.Report(evidence));
        }
    }

    public void Halt(string reason)
    {
        State.Halted = true;
        Emit(new Effect.Halt(reason));
    }
}
