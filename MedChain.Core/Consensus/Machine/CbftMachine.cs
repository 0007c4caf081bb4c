using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Machine;

/// <summary>CBFT (Tsai et al.) of one validator as a pure state machine: no clock, thread, randomness or I/O. The same inputs give the same
/// effects.</summary>
/// <remarks>The caller has checked every signature and certificate in a message before it becomes an input.</remarks>
internal sealed class CbftMachine
{
    private readonly MachineContext _context;
    private readonly AnswerBudget _answers;
    private readonly FrontPhase _front;
    private readonly OwnLane _ownLane;
    private readonly SlotTable _slots;
    private readonly Fetching _fetching;
    private readonly Delivery _delivery;
    private readonly Voting _voting;
    private readonly Proposing _proposing;
    private readonly Sealing _sealing;
    private readonly ViewTimers _timers;
    private readonly TipForwarding _tips;
    private readonly ViewChanger _viewChanger;
    private readonly CatchUp _catchUp;
    private readonly Jumping _jumping;
    private readonly RecoveredState _recovered;
    private long _resendAt;
    private long _incarnation;
    private (long Ordered, long Base, ViewNumber View) _atLastResend;

    public CbftMachine(MachineSettings settings, IStatementSigner signer, RecoveredState recovered)
    {
        _recovered = recovered;
        _context = new MachineContext(settings, signer);
        _context.ContinueTickets(recovered.Tickets.Last, recovered.Tickets.Durable);
        _answers = new AnswerBudget(settings.Peers);
        _front = new FrontPhase(_context);
        _ownLane = new OwnLane(_context, _front);
        _slots = new SlotTable(_context);
        _fetching = new Fetching(_context, _front, _answers);
        _sealing = new Sealing(_context, _slots, _front) { FindHeader = h => _delivery!.Headers.GetValueOrDefault(h) };
        _delivery = new Delivery(_context, _front, _slots, _fetching) { OnStored = _sealing.OnStored };
        _voting = new Voting(_context, _slots, _delivery);
        _proposing = new Proposing(_context, _front, _slots, _fetching);
        _timers = new ViewTimers(_context, _front, _slots);
        _tips = new TipForwarding(_context, _front, _ownLane, _slots, _timers);
        _viewChanger = new ViewChanger(_context, _ownLane, _slots, _voting, _proposing, _sealing, _timers, _answers);
        _jumping = new Jumping(_context, recovered.Damage, _front, _slots, _delivery, _sealing, _fetching);
        _catchUp = new CatchUp(_context, _front, _slots, _voting, _fetching);
    }

    /// <summary>Gets the state that all parts share; not to be changed from outside.</summary>
    public ReplicaState State => _context.State;

    /// <summary>Gets the lanes as seen here; not to be changed from outside.</summary>
    public IReadOnlyList<Lane> Lanes => _front.Lanes;

    /// <summary>Gets the last batch of the own lane.</summary>
    public BatchReference OwnTip => _ownLane.Tip;

    /// <summary>Gets the index of the validator that may propose the next slot.</summary>
    public int Leader => _context.LeaderOf(Math.Max(State.Decided, State.ViewStart) + 1) ?? _context.OpenerOf(State.View);

    /// <summary>Gets the slot up to which votes of the current view change nothing here any more.</summary>
    public long SettledSlot => _slots.LastSettled();

    /// <summary>Gets the monotonic time at which <see cref="Input.TimePassed"/> is due.</summary>
    public long NextDeadline
    {
        get
        {
            long next = _resendAt;
            next = Math.Min(next, _ownLane.Deadline ?? long.MaxValue);
            next = Math.Min(next, _proposing.Deadline ?? long.MaxValue);
            next = Math.Min(next, _tips.Deadline ?? long.MaxValue);
            return Math.Min(next, _timers.Deadline ?? long.MaxValue);
        }
    }

    /// <summary>Measures every buffer. Whatever peers send, each is within its bounds after every step.</summary>
    public IReadOnlyList<BufferSize> MeasureBuffers()
    {
        // A validator that catches up may be far ahead of the seals that it has seen, so what is kept between the two counts extra.
        long unsealed = Math.Max(State.BaseHeight, State.Ordered) - Math.Min(State.BaseHeight, State.Stored);
        long open = unsealed + (4L * _context.Settings.Window);
        return
        [
            .. _front.Measure(),
            _ownLane.Measure(),
            _slots.Measure(open),
            _sealing.Measure(open),
            _fetching.Measure(),
            new BufferSize("machine.executing", _delivery.ExecutingCount, 2L * _context.Settings.Window),
            new BufferSize("machine.headers", _delivery.Headers.Count, unsealed + 2),
        ];
    }

    /// <summary>Gets the header of the last stored block; <see langword="null"/> before the first.</summary>
    public BlockHeader? LastHeader => _delivery.Last;

    /// <summary>Says where this validator is.</summary>
    public Status DescribeSelf() => new(
        _context.Epoch,
        State.View,
        State.Active,
        new(State.Stored),
        new(State.BaseHeight),
        new(State.First),
        _context.Settings.Validators.Hash);

    /// <summary>Takes back the transactions of the own lane that are in no block: the epoch is over, the next one's lanes start
    /// empty.</summary>
    public List<ReadOnlyMemory<byte>> TakeUnordered() => _ownLane.TakeUnordered();

    /// <summary>Gets whether every ordered block is executed and stored.</summary>
    public bool IsIdle => _delivery.ExecutingCount == 0;

    /// <summary>Gets what this validator takes along into another epoch.</summary>
    public CarriedOver Carried => new(_incarnation, _recovered.Damage, _context.LastTicket, _context.DurableTicket, State.First);

    /// <summary>Takes one input.</summary>
    /// <param name="input">What happened.</param>
    /// <param name="time">When.</param>
    /// <param name="effects">Receives what must now be done, in order.</param>
    public void Step(Input input, MachineTime time, List<Effect> effects)
    {
        if (State.Halted)
        {
            return;
        }

        _context.BeginStep(time, effects);
        Take(input);
        Advance();
        _fetching.Flush();
    }

    private void Take(Input input)
    {
        switch (input)
        {
            case Input.Started:
                Start();
                break;
            case Input.MessageReceived received when received.Message.Epoch == _context.Epoch:
                Receive(received);
                break;
            case Input.BatchChecked it when it.Batch.Header.Epoch == _context.Epoch:
                _front.OnBatch(it.Batch, acceptable: true);
                break;
            case Input.TransactionsSubmitted submitted:
                _ownLane.OnSubmitted(submitted.Transactions);
                break;
            case Input.Persisted persisted:
                _context.DurableTicket = Math.Max(_context.DurableTicket, persisted.Ticket);
                break;
            case Input.BlockExecuted executed:
                _delivery.OnExecuted(executed);
                break;
            case Input.BlocksDurable durable:
                _sealing.OnBlocksDurable(durable.Height);
                break;
            case Input.StateInstalled installed:
                _jumping.GoOnAfter(installed.Checkpoint, installed.Chosen);
                break;
        }
    }

    private void Receive(Input.MessageReceived received)
    {
        switch (received.Message)
        {
            case BatchMessage m:
                _front.OnBatch(m.Batch, received.TransactionsValid);
                break;
            case FixAck m:
                _front.OnAck(m);
                break;
            case FixCertificate m:
                _front.OnCertificate(m);
                break;
            case PrePrepare m:
                _voting.OnPrePrepare(m);
                break;
            case Vote m:
                _voting.OnVote(m);
                break;
            case SealVote m:
                _sealing.OnSeal(m);
                break;
            case SealMessage m:
                _sealing.OnCertificate(m.Certificate);
                break;
            case ViewChange m:
                _viewChanger.OnViewChange(m);
                break;
            case NewView m:
                _viewChanger.OnNewView(m);
                break;
            case Status m:
                OnStatus(received.From, m);
                break;
            case FetchBatches m:
                _fetching.OnFetchBatches(received.From, m);
                break;
            case BatchesData m:
                _fetching.OnBatches(m, received.TransactionsValid);
                break;
            case FetchBlocks m:
                _context.Emit(new Effect.ServeBlocks(received.From, m.From, m.Count));
                break;
            case BlocksData m:
                _catchUp.OnBlocks(m);
                break;
        }
    }

    /// <summary>Does whatever has become possible. Each part is cheap when nothing has.</summary>
    private void Advance()
    {
        _front.AckLog.CountDurable();
        foreach (Lane lane in _front.Lanes)
        {
            _front.Acknowledge(lane);
        }

        _ownLane.CutBatches();
        _proposing.ProposeCuts();
        _voting.CastVotes();
        _delivery.OrderBlocks();
        _delivery.StoreBlocks();
        _sealing.CertifyStored();
        _slots.Prune();
        _delivery.Prune();
        _sealing.TrimLog();
        // Delivery may have made room in the window.
        _ownLane.CutBatches();
        _proposing.ProposeCuts();
        _voting.CastVotes();
        _viewChanger.CheckTimers();
        _tips.Tell();
        _fetching.AskForBlocks(stuck: false);
        if (_context.Now >= _resendAt)
        {
            Resend();
        }
    }

    private void Resend()
    {
        _resendAt = _context.Now + _context.Settings.ResendInterval;
        _answers.Renew();
        var now = (State.Ordered, State.BaseHeight, State.View);
        bool stuck = now == _atLastResend;
        _atLastResend = now;
        _context.IsStuck = stuck;
        _context.Broadcast(DescribeSelf(), after: 0);
        _viewChanger.Resend();
        _fetching.Retry();
        _fetching.ReportIfBehind();
        foreach (BatchReference missing in _front.MissingBatches())
        {
            _fetching.Want(missing, missing.Lane);
        }

        if (_context.Settings.IsMember)
        {
            _ownLane.AnnounceWaitingTip(stuck);
        }

        if (stuck)
        {
            _voting.Resend();
            _ownLane.Resend();
            _sealing.Resend();
            _fetching.AskForBlocks(stuck: true);
        }
    }

    private void OnStatus(int from, Status status)
    {
        _fetching.OnStatus(from, status);
        _viewChanger.OnStatus(from, status);
        if (State.Base is { } certificate && status.Sealed.Value < State.BaseHeight && _answers.TryTake(from, AnswerBudget.SmallAnswer))
        {
            _context.Send(from, new SealMessage(certificate), after: 0);
        }

        if (from >= _context.Settings.Count && _answers.TryTell(from))
        {
            // Guests are told when they ask; validators hear from one another anyway.
            _context.Send(from, DescribeSelf(), after: 0);
        }
    }

    private void Start()
    {
        _resendAt = _context.Now + _context.Settings.ResendInterval;
        var restoring = new Restoring(_recovered, State, _front, _slots);
        restoring.RestorePlace(_context.Settings.IsMember);
        _delivery.Resume(_recovered.Head, _recovered.Leaders);
        _sealing.Resume(_recovered.Seals, _recovered.Base);
        restoring.RestoreBatches();
        restoring.RestoreAcks();
        restoring.RestoreVotes();
        if (_recovered.Entering is { } handoff)
        {
            // Before every other record of the epoch, and the log keeps its order: what is durable here says that the last one is over.
            _context.Persist(LogRecord.Pinned, RecordKind.Handoff, Canonical.Encode(handoff));
        }

        _incarnation = _recovered.Damage is null ? _ownLane.Start(_recovered) : 0;
        _viewChanger.Resume(_recovered.ViewChange, _recovered.NewView);
        restoring.RestoreProposals();
        _sealing.SealHead(_recovered.Head);
        if (_recovered is { Incarnation: > 0, Entering: null })
        {
            State.SpentView = State.Active ? State.View : null;
            _voting.Resend();
            _viewChanger.Resend();
            _front.AckLog.SendRestored();
            _viewChanger.LeaveSpentView();
        }
    }
}
