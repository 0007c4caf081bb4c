using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation;

/// <summary>Brings the evidence that honest validators find onto the chain, as <c>MisconductReporter</c> does: in turns, so that in the
/// ordinary case one of them reports it and the others find it recorded.</summary>
internal sealed class MisconductReports(SimulatedCluster cluster)
{
    /// <summary>How long each validator has, in milliseconds.</summary>
    private const long Turn = 150;

    private readonly Dictionary<Digest, Evidence> _found = [];

    /// <summary>Gets one proof of each misconduct found.</summary>
    public IReadOnlyCollection<Evidence> Found => [.. _found.Values];

    /// <summary>A validator found evidence.</summary>
    public void Add(SimulatedNode node, Evidence evidence)
    {
        if (!node.IsHonest || !cluster.Scenario.RealLedger)
        {
            return;
        }

        ValidatorSet current = cluster.Protocol.Find(node.Epoch)!.Validators;
        Digest place = evidence.PlaceOf(cluster.Protocol.Chain, ValidatorsOf(evidence));
        _found.TryAdd(place, evidence);
        int index = cluster.Protocol.IndexOf(node.Validator, node.Epoch);
        int turn = (index - HomeLane.Of(place, current.Count) + current.Count) % current.Count;
        cluster.After(turn * Turn, node, () => Report(node, evidence));
    }

    /// <summary>Submits a report unless the validator finds the misconduct recorded.</summary>
    public void Report(SimulatedNode node, Evidence evidence)
    {
        if (node.IsMember && !IsRecorded(node, evidence) && cluster.Workload.Report(node.Validator, evidence) is { } transaction)
        {
            node.Submit([transaction]);
        }
    }

    /// <summary>Whether an institution's state has the misconduct.</summary>
    public bool IsRecorded(SimulatedNode node, Evidence evidence) =>
        node.StateMachine is { } state && cluster.Workload.IsRecorded(state, evidence, ValidatorsOf(evidence));

    private ValidatorSet ValidatorsOf(Evidence evidence) => cluster.Protocol.Find(evidence.Epoch)!.Validators;
}
