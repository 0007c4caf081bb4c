using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Seals stored blocks and collects a quorum's seals into the certificate that moves the base of the acceptance window.</summary>
internal sealed class Sealing(MachineContext context, SlotTable slots, FrontPhase front)
{
    private readonly ReplicaState _state = context.State;
    private readonly SortedList<long, SealVote?[]> _seals = [];
    private readonly Dictionary<long, SealVote> _sealedBefore = [];
    private SealVote? _last;
    private long _lastTicket;
    private long _baseTicket;
    private long _certified;
    private long _durableBlocks;
    private long _trimmed;

    /// <summary>Gets or sets how the header of a stored block is found.</summary>
    public required Func<long, BlockHeader?> FindHeader { get; init; }

    /// <summary>Takes over what the log says: own seals as sent, and the best certificate.</summary>
    public void Resume(IEnumerable<SealVote> seals, SealCertificate? certificate)
    {
        _state.Base = certificate;
        // A crash may have left the head's certificate in the log only. It goes into the store again: it may be what ends the epoch.
        bool repeats = certificate is not null && _state.Stored >= _state.First;
        _certified = Math.Min(_state.BaseHeight, repeats ? _state.Stored - 1 : _state.Stored);
        foreach (SealVote seal in seals)
        {
            _sealedBefore[seal.Height.Value] = seal;
        }

        // The own seals count again: nobody else could give them. The head's comes last, and may have to be made.
        foreach (SealVote seal in _sealedBefore.Values
            .Where(s => s.Epoch == context.Epoch && s.Height.Value < _state.Stored).OrderBy(s => s.Height.Value).ToArray())
        {
            OnSeal(seal);
        }
    }

    public BufferSize Measure(long max) => new("machine.seals", _seals.Count, max);

    /// <summary>After a restart the last block may lack this validator's seal, and none follows when it is the epoch's last.</summary>
    public void SealHead(BlockHeader? head)
    {
        if (head is not null && head.Epoch == context.Epoch && head.Height.Value > _state.BaseHeight)
        {
            OnStored(head);
        }
    }

    /// <summary>Goes on after a block whose state was given to this validator.</summary>
    public void Jump(long height, SealCertificate seal)
    {
        foreach (long sealedBefore in _sealedBefore.Keys.Where(h => h <= height).ToArray())
        {
            _sealedBefore.Remove(sealedBefore);
        }

        _certified = Math.Max(_certified, height);
        _durableBlocks = Math.Max(_durableBlocks, height);
        OnCertificate(seal);
    }

    /// <summary>A block was stored here: seal it, once its record is durable.</summary>
    public void OnStored(BlockHeader header)
    {
        if (!_state.CanVote)
        {
            return;
        }

        if (_sealedBefore.Remove(header.Height.Value, out SealVote? before))
        {
            if (before.HeaderHash != header.Hash)
            {
                context.Halt(
                    $"Block {header.Height} has another header than the one sealed before the restart ({before.HeaderHash}): "
                    + "the state machine is not deterministic or its state was changed.");
                return;
            }

            Publish(before, context.DurableTicket);
        }
        else if (header.Height.Value > _state.BaseHeight)
        {
            var seal = new SealVote(context.Epoch, header.Height, header.Hash, context.Self, default);
            byte[] statement = SealCertificate.Statement(context.Chain, context.Epoch, header.Height, header.Hash);
            seal = seal with { Signature = context.Sign(statement) };
            Publish(seal, context.Persist(new SlotNumber(header.Height.Value), RecordKind.Seal, Envelope.Encode(seal)));
        }
    }

    public void OnSeal(SealVote seal)
    {
        long height = seal.Height.Value;
        if (height <= _state.BaseHeight || height > slots.MaxKept)
        {
            return;
        }

        if (!_seals.TryGetValue(height, out SealVote?[]? row))
        {
            row = new SealVote?[context.Settings.Count];
            _seals.Add(height, row);
        }

        if (row[seal.Validator] is { } earlier)
        {
            context.Report(earlier, seal);
            return;
        }

        row[seal.Validator] = seal;
        ImmutableArray<ValidatorSignature> signatures =
            [.. row.Where(s => s?.HeaderHash == seal.HeaderHash).Select(s => new ValidatorSignature(s!.Validator, s.Signature))];
        if (signatures.Length >= context.Settings.Quorum)
        {
            OnCertificate(new SealCertificate(context.Chain, context.Epoch, seal.Height, seal.HeaderHash, signatures));
        }
    }

    /// <summary>A verified certificate: the base moves up, and what is below is done.</summary>
    public void OnCertificate(SealCertificate certificate)
    {
        if (certificate.Height.Value <= _state.BaseHeight)
        {
            return;
        }

        _state.Base = certificate;
        _baseTicket = context.Persist(LogRecord.Pinned, RecordKind.Base, Canonical.Encode(certificate));
        while (_seals.Count > 0 && _seals.GetKeyAtIndex(0) <= _state.BaseHeight)
        {
            _seals.RemoveAt(0);
        }
    }

    /// <summary>Stores the certificate once its block is stored here, and compares both.</summary>
    public void CertifyStored()
    {
        if (_state.Base is not { } certificate
            || certificate.Height.Value <= _certified
            || FindHeader(certificate.Height.Value) is not { } header)
        {
            return;
        }

        _certified = certificate.Height.Value;
        if (header.Hash != certificate.HeaderHash)
        {
            context.Halt(
                $"A quorum sealed block {header.Height} as {certificate.HeaderHash}, but this validator computed {header.Hash}: "
                + "its state machine or its state differs.");
            return;
        }

        context.Emit(new Effect.Certify(header, certificate));
    }

    public void OnBlocksDurable(BlockHeight height) => _durableBlocks = Math.Max(_durableBlocks, height.Value);

    /// <summary>Lets the log drop slots that are both sealed by a quorum and durable in the block store.</summary>
    public void TrimLog()
    {
        long slot = Math.Min(Math.Min(_durableBlocks, _certified), _state.Stored);
        if (slot < _trimmed + context.Settings.Window)
        {
            return;
        }

        _trimmed = slot;
        // A body that was logged for a slot which then ordered nothing is still owed: it moves to a later slot of the log.
        foreach (LaneEntry entry in front.Lanes.SelectMany(l => l.LoggedUpTo(slot)))
        {
            entry.LoggedSlot = slots.MaxKept;
            context.Persist(new SlotNumber(entry.LoggedSlot), RecordKind.Batch, entry.Body!.Encoded);
            front.AckLog.OnBodyMoved(entry);
        }

        context.Emit(new Effect.TrimLog(new SlotNumber(slot), Math.Max(_baseTicket, context.LastTicket)));
    }

    public void Resend()
    {
        if (_last is { } seal && seal.Height.Value > _state.BaseHeight)
        {
            context.Broadcast(seal, _lastTicket);
        }
    }

    private void Publish(SealVote seal, long ticket)
    {
        _last = seal;
        _lastTicket = ticket;
        context.Broadcast(seal, ticket);
        OnSeal(seal);
    }
}
