using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>One validator through all epochs of a chain: runs the machine of the current epoch, and when its last block is certified and
/// durable, hands over to the machine of the next. As pure as those machines.</summary>
/// <remarks>Messages come with the sender's voting key, and effects that leave name receivers by theirs, because indices hold for one epoch
/// only.</remarks>
internal sealed class EpochMachine
{
    private readonly EpochSettings _settings;
    private readonly IStatementSigner _signer;
    private readonly List<Effect> _emitted = [];
    private readonly EarlyMessages _early = new();
    private readonly PeerComparison _comparison = new();
    private CbftMachine _machine;
    private PeerDirectory _peers;
    private long[] _helpedAt;
    private long _durableBlocks;
    private bool _flushAsked;
    private bool _nextAnnounced;
    private Input.StateReceived? _received;
    private bool _isInstalling;

    public EpochMachine(EpochSettings settings, IStatementSigner signer, RecoveredChain recovered)
    {
        _settings = settings;
        _signer = signer;
        History = recovered.History;
        (_machine, _peers, _helpedAt) = Prepare(recovered.StateFor(settings.Self));
    }

    /// <summary>Gets the epochs up to the current one.</summary>
    public ValidatorHistory History { get; private set; }

    public ChainEpoch Epoch => History.Latest;

    /// <summary>Gets whether this validator is one of the current epoch.</summary>
    public bool IsMember => Settings.IsMember;

    /// <summary>Gets whether the epoch before had this validator and this one has not.</summary>
    private bool HasLeft => !IsMember && History.Find(Epoch.Number - 1)?.Validators.IndexOf(_settings.Self) >= 0;

    public MachineSettings Settings { get; private set; } = null!;

    public ReplicaState State => _machine.State;

    public IReadOnlyList<Lane> Lanes => _machine.Lanes;

    /// <summary>Gets the last batch of the own lane; its incarnation is 0 when there is none.</summary>
    public BatchReference OwnTip => _machine.OwnTip;

    public long SettledSlot => _machine.SettledSlot;

    public int Leader => _machine.Leader;

    /// <summary>Gets the peers that work with another validator set.</summary>
    public ImmutableArray<PeerMismatch> Mismatches => _comparison.Mismatches;

    public IReadOnlyList<BufferSize> MeasureBuffers() => [.. _machine.MeasureBuffers(), _early.Measure()];

    public long NextDeadline => _machine.NextDeadline;

    /// <summary>Takes one input; messages come as <see cref="Input.PeerMessage"/>.</summary>
    public void Step(Input input, MachineTime time, List<Effect> effects)
    {
        switch (input)
        {
            case Input.PeerMessage message:
                Route(message, time, effects);
                break;
            case Input.StateReceived received when !_isInstalling:
                _received = received;
                break;
            case Input.StateInstalled installed when _isInstalling:
                OnInstalled(installed, time, effects);
                break;
            case Input.BlocksDurable durable:
                _durableBlocks = Math.Max(_durableBlocks, durable.Height.Value);
                StepMachine(input, time, effects);
                break;
            case Input.BlocksPruned pruned:
                State.First = Math.Max(State.First, pruned.First.Value);
                break;
            case Input.TransactionsSubmitted late when HasLeft:
                effects.AddRange(Forwarding.Of(_settings.Self, Epoch, late.Transactions));
                break;
            default:
                StepMachine(input, time, effects);
                break;
        }

        TryInstall(effects);
        AnnounceNext(effects);
        while (TryLeave(time, effects))
        {
        }
    }

    private (CbftMachine Machine, PeerDirectory Peers, long[] HelpedAt) Prepare(RecoveredState recovered)
    {
        ChainEpoch epoch = Epoch;
        int index = -1;
        for (int i = 0; i < epoch.Validators.Count; i++)
        {
            index = epoch.Validators.Members[i].VotingKey == _settings.Self ? i : index;
        }

        Settings = _settings.Adjust(
            new MachineSettings(_settings.Chain, epoch.Number, epoch.Validators, index, _settings.Limits) { Start = epoch.Start.Value });
        return (
            new CbftMachine(Settings, _signer, recovered),
            new PeerDirectory(epoch.Validators, _settings.Self),
            [.. Enumerable.Repeat(long.MinValue / 2, Settings.Peers)]);
    }

    private void Route(Input.PeerMessage message, MachineTime time, List<Effect> effects)
    {
        if (message.Message is Status said)
        {
            _comparison.Compare(message.From, said, History);
        }

        int from = _peers.Admit(message.From);
        long epoch = message.Message.Epoch;
        if (epoch == Epoch.Number)
        {
            StepMachine(new Input.MessageReceived(from, message.Message, message.TransactionsValid), time, effects);
            return;
        }

        switch (message.Message)
        {
            case FetchBlocks fetch when epoch < Epoch.Number:
                effects.Add(Serve(from, fetch));
                break;
            case Status status when epoch < Epoch.Number:
                Help(from, status, time, effects);
                break;
            case Status status:
                // A hint that blocks are to be had, from somebody whose view says nothing about this epoch's.
                Status hint = status with { Epoch = Epoch.Number, View = State.View, Active = true };
                StepMachine(new Input.MessageReceived(from, hint), time, effects);
                break;
            case var other when epoch == Epoch.Number + 1 && State.Next is { } next:
                _early.Add(message with { Message = other }, next);
                break;
        }
    }

    /// <summary>Shows a peer in an older epoch how that epoch ended, and how far the chain is.</summary>
    private void Help(int from, Status status, MachineTime time, List<Effect> effects)
    {
        if (time.Monotonic < _helpedAt[from] + Settings.ResendInterval)
        {
            return;
        }

        _helpedAt[from] = time.Monotonic;
        ImmutableArray<PublicKey> to = _peers.At(from);
        var proof = new SealMessage(History.Handoffs[(int)status.Epoch].Seal);
        effects.Add(new Effect.Post(to, Envelope.Encode(proof), 0));
        effects.Add(new Effect.Post(to, Envelope.Encode(_machine.DescribeSelf()), 0));
    }

    private void StepMachine(Input input, MachineTime time, List<Effect> effects)
    {
        _emitted.Clear();
        _machine.Step(input, time, _emitted);
        foreach (Effect effect in _emitted)
        {
            effects.Add(effect switch
            {
                Effect.Send { To: Effect.Send.Everyone } send => new Effect.Post(Audience(), send.Message, send.After),
                Effect.Send send => new Effect.Post(_peers.At(send.To), send.Message, send.After),
                Effect.FallBehind behind => new Effect.FetchState(
                    behind.Above, History, [.. behind.Peers.SelectMany(p => _peers.At(p))]),
                Effect.ServeBlocks serve => Serve(serve.To, new FetchBlocks(Epoch.Number, serve.From, serve.Count)),
                _ => effect,
            });
        }
    }

    /// <summary>Everybody who is to hear what this validator says: who only follows speaks to its contacts too.</summary>
    private ImmutableArray<PublicKey> Audience() =>
        IsMember || _settings.Contacts.IsEmpty ? _peers.Others : [.. _peers.Others.Union(_settings.Contacts)];

    private Effect.Serve Serve(int to, FetchBlocks fetch)
    {
        BlockHeight start = History.Find(fetch.Epoch)!.Start;
        BlockHeight? end = History.Find(fetch.Epoch + 1)?.Start;
        BlockHeight from = fetch.From > start ? fetch.From : start.Next;
        return new Effect.Serve(_peers.At(to), fetch.Epoch, from, end ?? new BlockHeight(long.MaxValue), fetch.Count);
    }

    private void AnnounceNext(List<Effect> effects)
    {
        if (!_nextAnnounced && State is { LastSlot: { } last, Next: { } next })
        {
            _nextAnnounced = true;
            effects.Add(new Effect.EpochChosen(new ChainEpoch(Epoch.Number + 1, new BlockHeight(last), next)));
        }
    }

    /// <summary>Leaves the epoch when its last block is stored here, durable, and sealed by a quorum. Durable, because a log that speaks of
    /// the next epoch beside blocks that do not reach it could not be told from a log that lost its votes.</summary>
    private bool TryLeave(MachineTime time, List<Effect> effects)
    {
        if (_isInstalling || State.Halted || State is not { LastSlot: { } last, Next: { } next, Base: { } seal }
            || seal.Height.Value != last || State.Stored < last)
        {
            return false;
        }

        if (_durableBlocks < last)
        {
            if (!_flushAsked)
            {
                _flushAsked = true;
                effects.Add(new Effect.FlushBlocks());
            }

            return false;
        }

        List<ReadOnlyMemory<byte>> unordered = _machine.TakeUnordered();
        var handoff = new Handoff(_machine.LastHeader!, seal, next);
        Enter(History.Follow(handoff), RecoveredState.Enter(handoff, _machine.Carried), unordered, time, effects);
        return true;
    }

    /// <summary>Begins a life in another epoch.</summary>
    private void Enter(
        ValidatorHistory history,
        RecoveredState start,
        List<ReadOnlyMemory<byte>> unordered,
        MachineTime time,
        List<Effect> effects)
    {
        History = history;
        _flushAsked = false;
        _nextAnnounced = false;
        (_machine, _peers, _helpedAt) = Prepare(start);
        effects.Add(new Effect.EpochEntered(History, IsMember));
        StepMachine(new Input.Started(), time, effects);
        StepMachine(new Input.BlocksDurable(new BlockHeight(_durableBlocks)), time, effects);
        if (IsMember && unordered.Count > 0)
        {
            StepMachine(new Input.TransactionsSubmitted(unordered), time, effects);
        }
        else if (HasLeft)
        {
            effects.AddRange(Forwarding.Of(_settings.Self, Epoch, unordered));
        }

        foreach (Input.PeerMessage message in _early.TakeAll())
        {
            Route(message, time, effects);
        }
    }

    /// <summary>Lets a received state take the place of this validator's own, once nothing is being executed, unless the blocks were
    /// faster.</summary>
    private void TryInstall(List<Effect> effects)
    {
        if (_isInstalling || _received is not { } received || State.Halted)
        {
            return;
        }

        long height = received.Checkpoint.Height.Value;
        if (height < State.Stored || (height == State.Stored && !State.LacksState))
        {
            _received = null;
            State.AwaitsState = false;
            effects.Add(new Effect.DropState(received.Checkpoint));
            return;
        }

        State.AwaitsState = true;
        if (_machine.IsIdle)
        {
            _isInstalling = true;
            effects.Add(new Effect.InstallState(received.Checkpoint, received.History));
        }
    }

    private void OnInstalled(Input.StateInstalled installed, MachineTime time, List<Effect> effects)
    {
        ValidatorHistory history = _received!.History;
        _received = null;
        _isInstalling = false;
        _durableBlocks = Math.Max(_durableBlocks, installed.Checkpoint.Height.Value);
        State.AwaitsState = false;
        if (history.Latest.Number == Epoch.Number)
        {
            StepMachine(installed, time, effects);
            return;
        }

        RecoveredState start = RecoveredState.Enter(installed.Checkpoint, installed.Chosen, history.Handoffs[^1], _machine.Carried);
        Enter(history, start, _machine.TakeUnordered(), time, effects);
    }
}
