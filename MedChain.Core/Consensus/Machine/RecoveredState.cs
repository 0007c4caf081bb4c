using System.Buffers.Binary;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Machine;

/// <summary>What a validator knows when it starts: its own log and the head of its block store.</summary>
internal sealed class RecoveredState
{
    /// <summary>Gets the header of the last stored block.</summary>
    public BlockHeader? Head { get; private init; }

    /// <summary>Gets the frontier after the last stored block; empty before the first.</summary>
    public IReadOnlyList<BatchReference> Frontier { get; private init; } = [];

    /// <summary>Gets why this validator must not vote; <see langword="null"/> when it may.</summary>
    public string? Damage { get; private set; }

    /// <summary>Gets the last incarnation of the own lane; 0 before the first start.</summary>
    public long Incarnation { get; private set; }

    public ViewChange? ViewChange { get; private set; }

    public NewView? NewView { get; private set; }

    public SealCertificate? Base { get; private set; }

    /// <summary>Gets bodies in the log, with the slot they are logged for.</summary>
    public List<(long Slot, Batch Batch)> Batches { get; } = [];

    public List<(Vote Vote, Cut? Cut)> Prepares { get; } = [];

    public List<(Vote Vote, VoteCertificate Certificate, Cut? Cut)> Prepared { get; } = [];

    public List<(VoteCertificate Certificate, Cut? Cut)> Decisions { get; } = [];

    public List<SealVote> Seals { get; } = [];

    /// <summary>Reads a log.</summary>
    /// <param name="contents">What the log holds.</param>
    /// <param name="head">The header of the last stored block.</param>
    /// <param name="headBody">The body of that block.</param>
    public static RecoveredState Read(LogContents contents, BlockHeader? head, BlockBody? headBody)
    {
        var state = new RecoveredState { Head = head, Frontier = headBody is null ? [] : headBody.Frontier, Damage = contents.Damage };
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

        if (head is not null && state.Incarnation == 0)
        {
            state.Damage ??= "The block store has blocks, but the consensus log is empty: its votes are lost.";
        }

        return state;
    }

    private void Apply(LogRecord record)
    {
        switch ((RecordKind)record.Kind)
        {
            case RecordKind.Incarnation when record.Payload.Length == sizeof(long):
                Incarnation = BinaryPrimitives.ReadInt64BigEndian(record.Payload.Span);
                break;
            case RecordKind.ViewChange:
                ViewChange = DecodeMessage<ViewChange>(record.Payload);
                break;
            case RecordKind.NewView:
                NewView = DecodeMessage<NewView>(record.Payload);
                break;
            case RecordKind.Base:
                Base = Canonical.Decode<SealCertificate>(record.Payload);
                break;
            case RecordKind.Batch:
                Batches.Add((record.Slot.Value, Batch.Decode(record.Payload)));
                break;
            case RecordKind.Prepare:
                SlotRecord prepare = Canonical.Decode<SlotRecord>(record.Payload);
                Prepares.Add((DecodeMessage<Vote>(prepare.Message), prepare.Cut));
                break;
            case RecordKind.Prepared:
                SlotRecord prepared = Canonical.Decode<SlotRecord>(record.Payload);
                Prepared.Add((DecodeMessage<Vote>(prepared.Message), Require(prepared.Certificate), prepared.Cut));
                break;
            case RecordKind.Decided:
                SlotRecord decided = Canonical.Decode<SlotRecord>(record.Payload);
                Decisions.Add((Require(decided.Certificate), decided.Cut));
                break;
            case RecordKind.Seal:
                Seals.Add(DecodeMessage<SealVote>(record.Payload));
                break;
            default:
                throw new MalformedDataException("The kind is not known.");
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
