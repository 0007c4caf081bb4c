using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Simulation.Epochs;

/// <summary>What must hold across epochs after every event.</summary>
internal sealed class EpochChecker
{
    private readonly Dictionary<long, (Digest Value, long Epoch)> _decided = [];
    private readonly Dictionary<long, Digest> _headers = [];
    private readonly Dictionary<long, Digest> _sets = [];
    private readonly Dictionary<long, long> _ends = [];
    private readonly Dictionary<(int Signer, long Epoch, MessageKind Kind, long View, long Place), Digest> _signed = [];

    /// <summary>Gets how many epochs were entered by anybody.</summary>
    public int Epochs => _sets.Count;

    public void OnDurable(LogRecord record)
    {
        if ((RecordKind)record.Kind == RecordKind.Decided)
        {
            VoteCertificate decision = Canonical.Decode<SlotRecord>(record.Payload).Certificate!;
            Same(_decided, decision.Slot.Value, (decision.Value, decision.Epoch), $"Slot {decision.Slot} was decided twice, differently");
            RequireInEpoch(decision.Epoch, decision.Slot.Value);
        }
    }

    public void OnStored(BlockHeader header, long previousHeight)
    {
        if (header.Height.Value != previousHeight + 1)
        {
            throw new EpochViolationException($"Block {header.Height} was stored after block {previousHeight}");
        }

        Same(_headers, header.Height.Value, header.Hash, $"Block {header.Height} has two headers");
        Same(_sets, header.Epoch, header.Validators, $"Epoch {header.Epoch} has two validator sets");
        if (header.EndsEpoch)
        {
            Same(_ends, header.Epoch, header.Height.Value, $"Epoch {header.Epoch} ends twice");
            Same(_sets, header.Epoch + 1, header.NextValidators, $"Epoch {header.Epoch + 1} has two validator sets");
            foreach ((long slot, (_, long epoch)) in _decided)
            {
                RequireInEpoch(epoch, slot);
            }
        }
    }

    public void OnEpoch(ChainEpoch epoch) =>
        Same(_sets, epoch.Number, epoch.Validators.Hash, $"Epoch {epoch.Number} has two validator sets");

    /// <summary>A message leaves its sender, who has this index in the message's epoch.</summary>
    public void OnSent(int sender, int index, ReadOnlyMemory<byte> bytes, ConsensusMessage message, IReadOnlyList<LogRecord> log)
    {
        switch (message)
        {
            case PrePrepare m when m.Cut.Proposer == index:
                RequireOne(sender, m, m.View.Value, m.Cut.Slot.Value, m.Cut.Digest);
                break;
            case Vote m when m.Validator == index:
                RequireOne(sender, m, m.View.Value, m.Slot.Value, m.Value);
                RequireInEpoch(m.Epoch, m.Slot.Value);
                RequireLogged(m, bytes, log);
                break;
            case SealVote m when m.Validator == index:
                RequireOne(sender, m, 0, m.Height.Value, m.HeaderHash);
                break;
            case ViewChange m when m.Validator == index:
                RequireOne(sender, m, m.NewView.Value, 0, Digest.Of(bytes.Span));
                break;
            case BatchMessage m when m.Batch.Header.Lane == index:
                RequireOne(sender, m, m.Batch.Header.Incarnation, m.Batch.Header.Height, m.Batch.Header.Digest);
                break;
        }
    }

    private static void RequireLogged(Vote vote, ReadOnlyMemory<byte> bytes, IReadOnlyList<LogRecord> log)
    {
        var kind = (byte)(vote.Phase == VotePhase.Prepare ? RecordKind.Prepare : RecordKind.Prepared);
        if (!log.Any(r => r.Kind == kind
            && r.Slot == vote.Slot
            && Canonical.Decode<SlotRecord>(r.Payload).Message.Span.SequenceEqual(bytes.Span)))
        {
            throw new EpochViolationException(
                $"Validator {vote.Validator} of epoch {vote.Epoch} sent a {vote.Phase} for slot {vote.Slot} that is not in its log");
        }
    }

    private static void Same<T>(Dictionary<long, T> known, long place, T value, string violation)
        where T : notnull
    {
        if (known.TryGetValue(place, out T? other) && !other.Equals(value))
        {
            throw new EpochViolationException(violation);
        }

        known[place] = value;
    }

    private void RequireInEpoch(long epoch, long slot)
    {
        if (_ends.TryGetValue(epoch, out long end) && slot > end)
        {
            throw new EpochViolationException($"Slot {slot} has votes of epoch {epoch}, which ends at {end}");
        }
    }

    private void RequireOne(int signer, ConsensusMessage message, long view, long place, Digest value)
    {
        if (_signed.TryGetValue((signer, message.Epoch, message.Kind, view, place), out Digest other) && other != value)
        {
            throw new EpochViolationException(
                $"Institution {signer} signed two {message.Kind} statements in epoch {message.Epoch}, view {view} for {place}");
        }

        _signed[(signer, message.Epoch, message.Kind, view, place)] = value;
    }
}
