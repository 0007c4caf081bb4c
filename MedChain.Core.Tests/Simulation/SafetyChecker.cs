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
    private readonly Dictionary<long, Digest> _decided = [];
    private readonly List<BlockHeader> _headers = [];
    private readonly Dictionary<(int Signer, MessageKind Kind, long View, long Place), Digest> _signed = [];
    private readonly Dictionary<(long Client, long Nonce), long> _executed = [];

    /// <summary>Gets the headers of the one chain by height − 1, as the first honest validator stored them.</summary>
    public IReadOnlyList<BlockHeader> Headers => _headers;

    /// <summary>Gets the highest block that a quorum's seal showed to clients.</summary>
    public long Acknowledged { get; private set; }

    public bool IsExecuted((long Client, long Nonce) number) => _executed.ContainsKey(number);

    /// <summary>The machine took an input.</summary>
    public void OnStep(SimulatedNode node)
    {
        cluster.Statistics.Checked(Invariant.BuffersAreBounded);
        foreach (Lane lane in node.Lanes)
        {
            if (lane.EntryCount > 2 * (WireLimits.MaxLaneGap + cluster.Scenario.Limits.MaxLaneBatches))
            {
                throw Broken(Invariant.BuffersAreBounded, $"Validator {node.Id} holds {lane.EntryCount} batches of lane {lane.Index}.");
            }
        }
    }

    /// <summary>A record survives crashes from now on. A decision counts from here: before, it rests on the validator's own vote in memory,
    /// and nobody has heard of either.</summary>
    public void OnDurable(SimulatedNode node, LogRecord record)
    {
        if (node.IsHonest && (RecordKind)record.Kind == RecordKind.Decided)
        {
            VoteCertificate certificate = Canonical.Decode<SlotRecord>(record.Payload).Certificate!;
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
            height == node.Disk.Blocks.Count + 1,
            $"Validator {node.Id} stored block {height} after block {node.Disk.Blocks.Count}.");
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

    /// <summary>A restarted validator executed a stored block again.</summary>
    public void OnReplayed(SimulatedNode node, BlockHeader header, Digest stateRoot) => Require(
        Invariant.LogReplays,
        !node.IsHonest || header.StateRoot == stateRoot,
        $"Block {header.Height} executed again by validator {node.Id} gives {stateRoot}, not {header.StateRoot}.");

    /// <summary>A message leaves its sender.</summary>
    public void OnSent(SimulatedNode node, Packet packet)
    {
        ConsensusMessage message = packet.Message
            ?? throw Broken(Invariant.HonestMessagesVerify, $"Validator {node.Id} sent what cannot be read.");
        Require(Invariant.HonestMessagesVerify, packet.IsVerified, $"Validator {node.Id} sent a {message.Kind} that others refuse.");
        int signer = node.Validator;
        switch (message)
        {
            case PrePrepare m when m.Cut.Proposer == signer:
                RequireOneStatement(signer, m.Kind, m.View.Value, m.Cut.Slot.Value, m.Cut.Digest);
                break;
            case Vote m when m.Validator == signer:
                RequireOneStatement(signer, m.Kind, m.View.Value, m.Slot.Value, m.Value);
                RequireDurable(node, m, packet.Bytes);
                break;
            case SealVote m when m.Validator == signer:
                RequireOneStatement(signer, m.Kind, 0, m.Height.Value, m.HeaderHash);
                break;
            case ViewChange m when m.Validator == signer:
                RequireOneStatement(signer, m.Kind, m.NewView.Value, 0, Digest.Of(packet.Bytes.Span));
                break;
            case BatchMessage m when m.Batch.Header.Lane == signer:
                BatchHeader header = m.Batch.Header;
                RequireOneStatement(signer, m.Kind, header.Incarnation, header.Height, header.Digest);
                break;
        }
    }

    /// <summary>A validator accuses another.</summary>
    public void OnEvidence(SimulatedNode node, Evidence evidence) => Require(
        Invariant.HonestNeverAccused,
        !node.IsHonest || cluster.Scenario.IsByzantine(evidence.Validator),
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

    /// <summary>Only as long as no more than f validators are Byzantine is this promised.</summary>
    private void RequireBodies(BlockHeader header, BlockBody body)
    {
        if (BitOperations.PopCount(cluster.Scenario.Byzantine) > cluster.Scenario.MaxFaulty)
        {
            return;
        }

        foreach (Batch batch in body.Batches)
        {
            Digest encoded = Digest.Of(batch.Encoded.Span);
            int holders = cluster.Nodes.Count(
                n => n.IsHonest && (n.Disk.HoldsBody(encoded) || n.Disk.Blocks.Count >= header.Height.Value));
            Require(
                Invariant.BodiesAreHeld,
                holders > cluster.Scenario.MaxFaulty,
                $"Block {header.Height} has a batch of lane {batch.Header.Lane} that only {holders} honest validators hold.");
        }
    }

    private void RequireExecutedOnce(
        long height, IReadOnlyList<ReadOnlyMemory<byte>> transactions, IReadOnlyList<ReadOnlyMemory<byte>> receipts)
    {
        for (int i = 0; i < transactions.Count; i++)
        {
            if (cluster.Workload.IsExecuted(receipts[i]))
            {
                (long Client, long Nonce) number = cluster.Workload.Identify(transactions[i]);
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

    private void RequireOneStatement(int signer, MessageKind kind, long view, long place, Digest value)
    {
        Require(
            Invariant.OneStatementPerKey,
            !_signed.TryGetValue((signer, kind, view, place), out Digest other) || other == value,
            $"Validator {signer} signed two {kind} statements in view {view} for {place}.");
        _signed[(signer, kind, view, place)] = value;
    }
}
