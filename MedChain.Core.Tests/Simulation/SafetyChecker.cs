using System.Numerics;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Tests.Simulation;

/// <summary>What must hold after every event of a run, whatever fails: it sees everything that honest validators sign, decide and
/// store.</summary>
internal sealed class SafetyChecker(SimulatedCluster cluster)
{
    /// <summary>Steps of a process between two looks at all its buffers.</summary>
    private const int StepsPerMeasurement = 8;

    private readonly Dictionary<long, Digest> _decided = [];
    private readonly List<BlockHeader> _headers = [];
    private readonly List<long> _ends = [];
    private readonly Dictionary<long, long> _highestSlots = [];
    private readonly Dictionary<(int Signer, MessageKind Kind, long Epoch, long View, long Place), Digest> _signed = [];
    private long _steps;
    private readonly Dictionary<(long Client, long Nonce), long> _executed = [];
    private readonly HashSet<(long Client, long Nonce)> _answered = [];

    /// <summary>Gets the headers of the one chain by height − 1, as the first honest validator stored them.</summary>
    public IReadOnlyList<BlockHeader> Headers => _headers;

    /// <summary>Gets the highest block that a quorum's seal showed to clients.</summary>
    public long Acknowledged { get; private set; }

    public bool IsAnswered((long Client, long Nonce) number) => _answered.Contains(number);

    /// <summary>The machine took an input.</summary>
    public void OnStep(SimulatedNode node)
    {
        if (++_steps % StepsPerMeasurement != 0)
        {
            return;
        }

        cluster.Statistics.Checked(Invariant.BuffersAreBounded);
        foreach (BufferSize buffer in node.MeasureBuffers())
        {
            if (!buffer.IsWithinBounds)
            {
                throw Broken(Invariant.BuffersAreBounded, $"Validator {node.Id}: {buffer}.");
            }
        }
    }

    /// <summary>A process knows who validates the next epoch.</summary>
    public void OnEpochChosen(SimulatedNode node, ChainEpoch next)
    {
        if (node.IsHonest)
        {
            RequireOneSet(node, next);
        }
    }

    /// <summary>A process begins an epoch, or begins again after a restart.</summary>
    public void OnEpochEntered(SimulatedNode node, ValidatorHistory history)
    {
        if (!node.IsHonest)
        {
            return;
        }

        RequireOneSet(node, history.Latest);
        if (history.Handoffs.Length > 0)
        {
            RequireHandoff(node, history.Handoffs[^1]);
        }
    }

    /// <summary>An institution's whole history leads from the genesis to where it is.</summary>
    public void RequireHistory(SimulatedNode node)
    {
        ValidatorHistory history = node.History!;
        foreach (Handoff handoff in history.Handoffs)
        {
            RequireHandoff(node, handoff);
        }

        // Anybody else verifies it with nothing but the genesis, where signatures are real ones.
        ChainEpoch genesis = cluster.Protocol.Genesis.Latest;
        Require(
            Invariant.HandoffsVerify,
            !cluster.Scenario.RealSignatures
                || (ValidatorHistory.TryRead(history.ToBytes(), cluster.Protocol.Chain, genesis.Validators, out ValidatorHistory? read)
                    && read!.Latest.Validators.Hash == history.Latest.Validators.Hash),
            $"The history of validator {node.Id} does not verify from the genesis.");
    }

    /// <summary>A record survives crashes from now on. A decision counts from here: before, it rests on the validator's own vote in memory,
    /// and nobody has heard of either.</summary>
    public void OnDurable(SimulatedNode node, LogRecord record)
    {
        if (node.IsHonest && (RecordKind)record.Kind == RecordKind.Decided)
        {
            VoteCertificate certificate = Canonical.Decode<SlotRecord>(record.Payload).Certificate!;
            RequireInEpoch(node, certificate.Epoch, certificate.Slot.Value);
            Require(
                Invariant.OneDecisionPerSlot,
                !_decided.TryGetValue(certificate.Slot.Value, out Digest other) || other == certificate.Value,
                $"Slot {certificate.Slot} was decided as {other} and by validator {node.Id} as {certificate.Value}.");
            _decided[certificate.Slot.Value] = certificate.Value;
        }
    }

    /// <summary>A block goes into a store.</summary>
    public void OnStored(
        SimulatedNode node,
        BlockHeader header,
        BlockBody body,
        IReadOnlyList<ReadOnlyMemory<byte>> transactions,
        IReadOnlyList<ReadOnlyMemory<byte>> receipts)
    {
        if (!node.IsHonest)
        {
            return;
        }

        long height = header.Height.Value;
        Require(
            Invariant.ContiguousHeights,
            height == node.Disk.HeadHeight + 1 || node.Disk.Find(height)?.Header.Hash == header.Hash,
            $"Validator {node.Id} stored block {height} after block {node.Disk.HeadHeight}.");
        if (height <= _headers.Count)
        {
            RequireSame(node, header, _headers[(int)height - 1]);
            return;
        }

        BlockHeader? previous = _headers.Count == 0 ? null : _headers[^1];
        Require(
            Invariant.HashChain,
            height == _headers.Count + 1 && header.Previous == (previous?.Hash ?? default) && header.Time > (previous?.Time ?? 0),
            $"Block {height} of validator {node.Id} does not continue block {_headers.Count}.");
        _headers.Add(header);
        RequireEpoch(node, header);
        RequireBodies(header, body);
        RequireExecutedOnce(height, transactions, receipts);
        cluster.Statistics.Blocks++;
        cluster.Statistics.Transactions += transactions.Count;
    }

    public void OnCertified(SimulatedNode node, BlockHeader header, SealCertificate certificate)
    {
        if (!node.IsHonest)
        {
            return;
        }

        Require(
            Invariant.SealsVerify,
            certificate.Height == header.Height && certificate.HeaderHash == header.Hash && cluster.Protocol.VerifySeal(certificate),
            $"Validator {node.Id} keeps a certificate for block {header.Height} that is no quorum's over it.");
        Acknowledged = Math.Max(Acknowledged, header.Height.Value);
    }

    /// <summary>A validator was given the state after a block.</summary>
    public void OnRestored(SimulatedNode node, BlockHeader header, Digest stateRoot)
    {
        if (!node.IsHonest)
        {
            return;
        }

        cluster.Statistics.Restored++;
        Require(
            Invariant.SameState,
            header.Height.Value <= _headers.Count
                && header.Hash == _headers[(int)header.Height.Value - 1].Hash
                && stateRoot == header.StateRoot,
            $"Validator {node.Id} was given state {stateRoot} after block {header.Height} ({header.Hash}), which is not the chain's.");
    }

    /// <summary>A restarted validator executed a stored block again.</summary>
    public void OnReplayed(SimulatedNode node, BlockHeader header, ExecutedSlot again) => Require(
        Invariant.LogReplays,
        !node.IsHonest || (header.StateRoot == again.StateRoot && header.ReceiptsRoot == again.ReceiptsRoot),
        $"Block {header.Height} executed again by validator {node.Id} gives state {again.StateRoot} and receipts {again.ReceiptsRoot}, "
            + $"not {header.StateRoot} and {header.ReceiptsRoot}.");

    /// <summary>A message leaves its sender.</summary>
    public void OnSent(SimulatedNode node, Packet packet)
    {
        ConsensusMessage message = packet.Message
            ?? throw Broken(Invariant.HonestMessagesVerify, $"Validator {node.Id} sent what cannot be read.");
        Require(Invariant.HonestMessagesVerify, packet.IsVerified, $"Validator {node.Id} sent a {message.Kind} that others refuse.");
        int index = cluster.Protocol.IndexOf(node.Validator, message.Epoch);
        switch (message)
        {
            case PrePrepare m when m.Cut.Proposer == index:
                RequireOneStatement(node, m, m.View.Value, m.Cut.Slot.Value, m.Cut.Digest);
                RequireInEpoch(node, m.Epoch, m.Cut.Slot.Value);
                break;
            case Vote m when m.Validator == index:
                RequireOneStatement(node, m, m.View.Value, m.Slot.Value, m.Value);
                RequireInEpoch(node, m.Epoch, m.Slot.Value);
                RequireDurable(node, m, packet.Bytes);
                break;
            case SealVote m when m.Validator == index:
                RequireOneStatement(node, m, 0, m.Height.Value, m.HeaderHash);
                RequireInEpoch(node, m.Epoch, m.Height.Value);
                break;
            case ViewChange m when m.Validator == index:
                RequireOneStatement(node, m, m.NewView.Value, 0, Digest.Of(packet.Bytes.Span));
                break;
            case BatchMessage m when m.Batch.Header.Lane == index:
                BatchHeader header = m.Batch.Header;
                RequireOneStatement(node, m, header.Incarnation, header.Height, header.Digest);
                break;
        }
    }

    /// <summary>A validator accuses another.</summary>
    public void OnEvidence(SimulatedNode node, Evidence evidence) => Require(
        Invariant.HonestNeverAccused,
        !node.IsHonest || cluster.Scenario.IsByzantine(cluster.Protocol.InstitutionAt(evidence.Epoch, evidence.Validator)),
        $"Validator {node.Id} accuses one that is honest. {evidence}");

    public void OnHalted(SimulatedNode node, string reason) =>
        Require(Invariant.HonestNeverStops, !node.IsHonest, $"Validator {node.Id} stopped: {reason}");

    public void Require(Invariant invariant, bool holds, string violation)
    {
        cluster.Statistics.Checked(invariant);
        if (!holds)
        {
            throw Broken(invariant, violation);
        }
    }

    private InvariantBrokenException Broken(Invariant invariant, string violation) => new(invariant, $"{violation} At {cluster.Now} ms.");

    private void RequireSame(SimulatedNode node, BlockHeader header, BlockHeader other)
    {
        Require(
            Invariant.SameState,
            header.StateRoot == other.StateRoot || header.TransactionsRoot != other.TransactionsRoot,
            $"Block {header.Height} gives validator {node.Id} the state {header.StateRoot}, others {other.StateRoot}.");
        Require(
            Invariant.OneHeaderPerHeight,
            header.Hash == other.Hash,
            $"Block {header.Height} of validator {node.Id} is {header.Hash}, of others {other.Hash}.");
    }

    /// <summary>A block that nobody stored before belongs to its epoch.</summary>
    private void RequireEpoch(SimulatedNode node, BlockHeader header)
    {
        Digest next = cluster.Protocol.Find(header.Epoch + 1)?.Validators.Hash ?? default;
        Require(
            Invariant.OneSetPerEpoch,
            header.Validators == cluster.Protocol.Find(header.Epoch)?.Validators.Hash
                && (!header.EndsEpoch || header.NextValidators == next),
            $"Block {header.Height} of validator {node.Id} names validators that are not those of epoch {header.Epoch}, or of the next.");
        RequireInEpoch(node, header.Epoch, header.Height.Value);
        if (header.EndsEpoch)
        {
            _ends.Add(header.Height.Value);
            long highest = _highestSlots.GetValueOrDefault(header.Epoch);
            Require(
                Invariant.SlotsStayInEpochs,
                _ends.Count == header.Epoch + 1 && highest <= header.Height.Value,
                $"Epoch {header.Epoch} ends with block {header.Height}, but slot {highest} was voted on in it.");
        }
    }

    /// <summary>Where epochs end is known once the first honest validator has stored the last block; until then the highest slot of each is
    /// kept.</summary>
    private void RequireInEpoch(SimulatedNode node, long epoch, long slot)
    {
        long end = epoch < _ends.Count ? _ends[(int)epoch] : long.MaxValue;
        long start = epoch == 0 ? 0 : epoch <= _ends.Count ? _ends[(int)epoch - 1] : long.MaxValue;
        Require(
            Invariant.SlotsStayInEpochs,
            slot > start && slot <= end,
            $"Validator {node.Id} votes on slot {slot} in epoch {epoch}, which has the slots from {start + 1} to {end}.");
        if (slot > _highestSlots.GetValueOrDefault(epoch))
        {
            _highestSlots[epoch] = slot;
        }
    }

    private void RequireOneSet(SimulatedNode node, ChainEpoch epoch)
    {
        if (epoch.Number == cluster.Protocol.Latest.Number + 1)
        {
            cluster.Protocol.Learn(epoch);
        }

        ChainEpoch? known = cluster.Protocol.Find(epoch.Number);
        Require(
            Invariant.OneSetPerEpoch,
            known is not null && known.Start == epoch.Start && known.Validators.Hash == epoch.Validators.Hash,
            $"Validator {node.Id} knows epoch {epoch.Number} from block {epoch.Start} with validators {epoch.Validators.Hash}; "
                + $"others from block {known?.Start} with {known?.Validators.Hash}.");
    }

    private void RequireHandoff(SimulatedNode node, Handoff handoff)
    {
        BlockHeader header = handoff.Header;
        Require(
            Invariant.HandoffsVerify,
            header.EndsEpoch
                && header.NextValidators == handoff.Next.Hash
                && header.Height.Value <= _headers.Count
                && header.Hash == _headers[(int)header.Height.Value - 1].Hash
                && handoff.Seal.Epoch == header.Epoch
                && handoff.Seal.Height == header.Height
                && handoff.Seal.HeaderHash == header.Hash
                && cluster.Protocol.VerifySeal(handoff.Seal),
            $"Validator {node.Id} left epoch {header.Epoch} by what is no quorum's seal over its last block.");
    }

    /// <summary>Only as long as no more than f validators of the epoch are Byzantine is this promised.</summary>
    private void RequireBodies(BlockHeader header, BlockBody body)
    {
        ulong members = cluster.Protocol.MembersOf(header.Epoch);
        int maxFaulty = cluster.Protocol.Find(header.Epoch)!.Validators.MaxFaulty;
        if (BitOperations.PopCount(members & cluster.Scenario.Byzantine) > maxFaulty)
        {
            return;
        }

        foreach (Batch batch in body.Batches)
        {
            Digest encoded = Digest.Of(batch.Encoded.Span);
            int holders = cluster.Nodes.Count(n => n.IsHonest
                && ((members >> n.Validator) & 1) != 0
                && (n.Disk.HoldsBody(encoded) || n.Disk.HeadHeight >= header.Height.Value));
            Require(
                Invariant.BodiesAreHeld,
                holders > maxFaulty,
                $"Block {header.Height} has a batch of lane {batch.Header.Lane} that only {holders} honest validators hold.");
        }
    }

    private void RequireExecutedOnce(
        long height, IReadOnlyList<ReadOnlyMemory<byte>> transactions, IReadOnlyList<ReadOnlyMemory<byte>> receipts)
    {
        for (int i = 0; i < transactions.Count; i++)
        {
            if (!cluster.Workload.IsAnswered(receipts[i]))
            {
                continue;
            }

            (long Client, long Nonce) number = cluster.Workload.Identify(transactions[i]);
            _answered.Add(number);
            if (cluster.Workload.IsExecuted(receipts[i]))
            {
                Require(
                    Invariant.ExecutedOnce,
                    _executed.TryAdd(number, height),
                    $"Number {number.Nonce} of client {number.Client} was executed in block {_executed[number]} and in block {height}.");
            }
        }
    }

    private void RequireDurable(SimulatedNode node, Vote vote, ReadOnlyMemory<byte> bytes) => Require(
        Invariant.VotesAreLogged,
        node.Disk.HoldsVote(vote.Phase == VotePhase.Prepare ? RecordKind.Prepare : RecordKind.Prepared, vote.Slot.Value, bytes),
        $"Validator {node.Id} sent a {vote.Phase} for slot {vote.Slot} that is not in its log.");

    private void RequireOneStatement(SimulatedNode node, ConsensusMessage message, long view, long place, Digest value)
    {
        (int, MessageKind, long, long, long) key = (node.Validator, message.Kind, message.Epoch, view, place);
        Require(
            Invariant.OneStatementPerKey,
            !_signed.TryGetValue(key, out Digest other) || other == value,
            $"Validator {node.Validator} signed two {message.Kind} statements in epoch {message.Epoch}, view {view} for {place}.");
        _signed[key] = value;
    }
}
