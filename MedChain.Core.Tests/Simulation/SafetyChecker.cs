using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Simulation;

/// <summary>What must hold after every event of a run, whatever fails: it sees everything that all validators sign, decide and
/// store.</summary>
internal sealed class SafetyChecker
{
    private readonly Dictionary<long, Digest> _decided = [];
    private readonly Dictionary<long, Digest> _headers = [];
    private readonly Dictionary<(int Signer, MessageKind Kind, long View, long Place), Digest> _signed = [];

    /// <summary>A record survives crashes from now on. A decision counts from here: before, it rests on the validator's own vote in memory,
    /// and nobody has heard of either.</summary>
    public void OnDurable(LogRecord record)
    {
        if ((RecordKind)record.Kind == RecordKind.Decided)
        {
            VoteCertificate certificate = Canonical.Decode<SlotRecord>(record.Payload).Certificate!;
            RequireSame(_decided, certificate.Slot.Value, certificate.Value, $"Slot {certificate.Slot} was decided twice, differently");
        }
    }

    public void OnStored(BlockHeader header, long previousHeight)
    {
        if (header.Height.Value != previousHeight + 1)
        {
            throw new SafetyViolationException($"Block {header.Height} was stored after block {previousHeight}");
        }

        RequireSame(_headers, header.Height.Value, header.Hash, $"Block {header.Height} has two headers");
    }

    /// <summary>A message leaves its sender.</summary>
    public void OnSent(int sender, ReadOnlyMemory<byte> bytes, ConsensusMessage message, IReadOnlyList<LogRecord> durable)
    {
        switch (message)
        {
            case PrePrepare m when m.Cut.Proposer == sender:
                RequireOneStatement(sender, m.Kind, m.View.Value, m.Cut.Slot.Value, m.Cut.Digest);
                break;
            case Vote m when m.Validator == sender:
                RequireOneStatement(sender, m.Kind, m.View.Value, m.Slot.Value, m.Value);
                RequireDurable(m.Phase == VotePhase.Prepare ? RecordKind.Prepare : RecordKind.Prepared, m, bytes, durable);
                break;
            case SealVote m when m.Validator == sender:
                RequireOneStatement(sender, m.Kind, 0, m.Height.Value, m.HeaderHash);
                break;
            case ViewChange m when m.Validator == sender:
                RequireOneStatement(sender, m.Kind, m.NewView.Value, 0, Digest.Of(bytes.Span));
                break;
            case BatchMessage m when m.Batch.Header.Lane == sender:
                BatchHeader header = m.Batch.Header;
                RequireOneStatement(sender, m.Kind, header.Incarnation, header.Height, header.Digest);
                break;
        }
    }

    private static void RequireDurable(RecordKind kind, Vote vote, ReadOnlyMemory<byte> bytes, IReadOnlyList<LogRecord> durable)
    {
        bool found = durable.Any(r => r.Kind == (byte)kind
            && r.Slot == vote.Slot
            && Canonical.Decode<SlotRecord>(r.Payload).Message.Span.SequenceEqual(bytes.Span));
        if (!found)
        {
            throw new SafetyViolationException(
                $"Validator {vote.Validator} sent a {vote.Phase} for slot {vote.Slot} that is not in its log");
        }
    }

    private static void RequireSame(Dictionary<long, Digest> known, long place, Digest value, string violation)
    {
        if (known.TryGetValue(place, out Digest other) && other != value)
        {
            throw new SafetyViolationException(violation);
        }

        known[place] = value;
    }

    private void RequireOneStatement(int signer, MessageKind kind, long view, long place, Digest value)
    {
        if (_signed.TryGetValue((signer, kind, view, place), out Digest other) && other != value)
        {
            throw new SafetyViolationException($"Validator {signer} signed two {kind} statements in view {view} for {place}");
        }

        _signed[(signer, kind, view, place)] = value;
    }
}
