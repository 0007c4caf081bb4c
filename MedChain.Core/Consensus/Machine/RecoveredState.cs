using System.Buffers.Binary;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Machine;

/// <summary>What a validator knows when it starts in an epoch: its own log and the head of its block store.</summary>
internal sealed class RecoveredState
{
    /// <summary>Gets the header of the last stored block.</summary>
    public BlockHeader? Head { get; private init; }

    /// <summary>Gets the epoch.</summary>
    public long Epoch { get; private init; }

    /// <summary>Gets the handoff by which this validator enters the epoch now; <see langword="null"/> after a restart.</summary>
    public Handoff? Entering { get; private init; }

    /// <summary>Gets the choice of the next validators that the stored blocks hold already.</summary>
    public ChosenValidators? Chosen { get; private init; }

    /// <summary>Gets the first block that the store keeps.</summary>
    public long First { get; private init; } = 1;

    /// <summary>Gets whether the state after the head is missing here.</summary>
    public bool LacksState { get; private init; }

    /// <summary>Gets the tickets that the machine of the epoch before gave out last, and saw durable.</summary>
    public (long Last, long Durable) Tickets { get; private init; }

    /// <summary>Gets the frontier after the last stored block; empty before the first.</summary>
    public IReadOnlyList<BatchReference> Frontier { get; private init; } = [];

    /// <summary>Gets who failed to lead, as of the last stored block.</summary>
    public LeaderHistory Leaders { get; private init; } = LeaderHistory.Empty;

    /// <summary>Gets why this validator must not vote; <see langword="null"/> when it may.</summary>
    public string? Damage { get; private set; }

    /// <summary>Gets the last incarnation of the own lane; 0 before the first start.</summary>
    public long Incarnation { get; private set; }

    /// <summary>Gets whether every batch of that incarnation was in the log before it left.</summary>
    public bool IsStrict { get; private set; }

    public ViewChange? ViewChange { get; private set; }

    public NewView? NewView { get; private set; }

    public SealCertificate? Base { get; private set; }

    /// <summary>Gets bodies in the log, with the slot they are logged for.</summary>
    public List<(long Slot, Batch Batch)> Batches { get; } = [];

    /// <summary>Gets own acknowledgements that were durable before they were sent, in order.</summary>
    public List<FixAck> Acks { get; } = [];

    public List<(Vote Vote, Cut? Cut)> Prepares { get; } = [];

    public List<(Vote Vote, VoteCertificate Certificate, Cut? Cut)> Prepared { get; } = [];

    public List<(VoteCertificate Certificate, Cut? Cut)> Decisions { get; } = [];

    public List<SealVote> Seals { get; } = [];

    /// <summary>What a validator knows that leaves one epoch for the next.</summary>
    /// <param name="handoff">The certificate.</param>
    /// <param name="carried">What it takes along.</param>
    public static RecoveredState Enter(Handoff handoff, CarriedOver carried) => new()
    {
        Head = handoff.Header,
        Epoch = handoff.Header.Epoch + 1,
        Entering = handoff,
        First = carried.First,
        Incarnation = carried.Incarnation,
        Damage = carried.Damage,
        Tickets = (carried.LastTicket, carried.DurableTicket),
    };

    /// <summary>What a validator knows that was given a state of a later epoch.</summary>
    /// <param name="checkpoint">The state's block.</param>
    /// <param name="chosen">The last choice of validators in the state.</param>
    /// <param name="handoff">The end of the epoch before.</param>
    /// <param name="carried">What it takes along.</param>
    public static RecoveredState Enter(Checkpoint checkpoint, ChosenValidators? chosen, Handoff handoff, CarriedOver carried)
    {
        RecoveredState state = Enter(handoff, carried with { First = checkpoint.Height.Value + 1 });
        if (checkpoint.Header.EndsEpoch)
        {
            return state; // Nothing of the epoch is delivered yet.
        }

        return new RecoveredState
        {
            Head = checkpoint.Header,
            Epoch = state.Epoch,
            First = state.First,
            Frontier = checkpoint.Ordering.Frontier,
            Leaders = checkpoint.Ordering.Leaders,
            Base = checkpoint.Seal,
            Chosen = chosen?.Height > handoff.Header.Height ? chosen : null,
            Entering = handoff,
            Incarnation = state.Incarnation,
            Damage = state.Damage,
            Tickets = state.Tickets,
        };
    }

    /// <summary>Reads a log.</summary>
    /// <param name="contents">What the log holds. Records of other epochs are passed over.</param>
    /// <param name="head">The header of the last block known.</param>
    /// <param name="ordering">What ordering goes on from after that block.</param>
    /// <param name="epoch">The epoch that goes on after it; epoch 0 when left out.</param>
    /// <param name="isMember">Whether this validator is one of the epoch.</param>
    /// <param name="chosen">The last choice of validators in the state.</param>
    /// <param name="anchor">The checkpoint after which the stored blocks begin.</param>
    /// <param name="lacksState">Whether the state after the head is missing.</param>
    public static RecoveredState Read(
        LogContents contents,
        BlockHeader? head,
        OrderingState? ordering,
        ChainEpoch? epoch = null,
        bool isMember = true,
        ChosenValidators? chosen = null,
        Checkpoint? anchor = null,
        bool lacksState = false)
    {
        long start = epoch?.Start.Value ?? 0;
        var state = new RecoveredState
        {
            Head = head,
            Epoch = epoch?.Number ?? 0,
            First = (anchor?.Height ?? default).Next.Value,
            LacksState = lacksState,
            Frontier = ordering is null || head!.Height.Value <= start ? [] : ordering.Frontier,
            Leaders = ordering?.Leaders ?? LeaderHistory.Empty,
            Damage = contents.Damage,
            Chosen = chosen?.Height.Value > start ? chosen : null,
        };
        foreach (LogRecord record in contents.Records)
        {
            try
            {
                state.Apply(record);
            }
            catch (MalformedDataException e)
            {
                state.Damage ??= $"Record of kind {record.Kind} for slot {record.Slot} cannot be read: {e.Message}";
            }
        }

        if (anchor?.Seal is { } seal && seal.Epoch == state.Epoch && !(state.Base?.Height >= seal.Height))
        {
            state.Base = seal;
        }

        if (isMember && head is not null && state.Incarnation == 0)
        {
            state.Damage ??= "The block store has blocks, but the consensus log is empty: its votes are lost.";
        }

        return state;
    }

    private void Apply(LogRecord record)
    {
        switch ((RecordKind)record.Kind)
        {
            case RecordKind.Incarnation when record.Payload.Length == sizeof(long) + 1 && record.Payload.Span[^1] <= 1:
                Incarnation = BinaryPrimitives.ReadInt64BigEndian(record.Payload.Span);
                IsStrict = record.Payload.Span[^1] == 1;
                break;
            case RecordKind.Ack:
                FixAck ack = DecodeMessage<FixAck>(record.Payload);
                AddIf(ack.Epoch, Acks, ack);
                break;
            case RecordKind.ViewChange:
                ViewChange = OfEpoch(DecodeMessage<ViewChange>(record.Payload)) ?? ViewChange;
                break;
            case RecordKind.NewView:
                NewView = OfEpoch(DecodeMessage<NewView>(record.Payload)) ?? NewView;
                break;
            case RecordKind.Base:
                SealCertificate certificate = Canonical.Decode<SealCertificate>(record.Payload);
                Base = certificate.Epoch == Epoch ? certificate : Base;
                break;
            case RecordKind.Handoff:
                if (Canonical.Decode<Handoff>(record.Payload).Header.Epoch >= Epoch)
                {
                    Damage ??= "The block store ends before the epoch that the consensus log speaks of: it is older than the log.";
                }

                break;
            case RecordKind.Batch:
                Batch batch = Batch.Decode(record.Payload);
                AddIf(batch.Header.Epoch, Batches, (record.Slot.Value, batch));
                break;
            case RecordKind.Prepare:
                SlotRecord prepare = Canonical.Decode<SlotRecord>(record.Payload);
                Vote prepareVote = DecodeMessage<Vote>(prepare.Message);
                AddIf(prepareVote.Epoch, Prepares, (prepareVote, prepare.Cut));
                break;
            case RecordKind.Prepared:
                SlotRecord prepared = Canonical.Decode<SlotRecord>(record.Payload);
                Vote commit = DecodeMessage<Vote>(prepared.Message);
                AddIf(commit.Epoch, Prepared, (commit, Require(prepared.Certificate), prepared.Cut));
                break;
            case RecordKind.Decided:
                SlotRecord decided = Canonical.Decode<SlotRecord>(record.Payload);
                VoteCertificate decision = Require(decided.Certificate);
                AddIf(decision.Epoch, Decisions, (decision, decided.Cut));
                break;
            case RecordKind.Seal:
                SealVote seal = DecodeMessage<SealVote>(record.Payload);
                AddIf(seal.Epoch, Seals, seal);
                break;
            default:
                throw new MalformedDataException("The kind is not known.");
        }
    }

    private T? OfEpoch<T>(T message)
        where T : ConsensusMessage => message.Epoch == Epoch ? message : null;

    private void AddIf<T>(long epoch, List<T> list, T item)
    {
        if (epoch == Epoch)
        {
            list.Add(item);
        }
    }

    private static VoteCertificate Require(VoteCertificate? certificate) =>
        certificate ?? throw new MalformedDataException("A record about a certificate has none.");

    private static T DecodeMessage<T>(ReadOnlyMemory<byte> bytes)
        where T : ConsensusMessage =>
        Envelope.TryDecode(bytes, out ConsensusMessage? message, out string? reason) && message is T typed
            ? typed
            : throw new MalformedDataException(reason ?? "The message is of another kind.");
}
