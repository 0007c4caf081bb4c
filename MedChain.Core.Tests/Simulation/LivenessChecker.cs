using System.Numerics;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;

namespace MedChain.Core.Tests.Simulation;

/// <summary>What must hold once faults are over, though lying validators go on lying.</summary>
internal sealed class LivenessChecker(SimulatedCluster cluster)
{
    /// <summary>Long enough for leaders that take turns, where one of them never leads and each of its terms costs a view change.</summary>
    private const int Rounds = 360;
    private const int Round = 500;
    private const int LastClient = 4;
    private const int NoncesOfCheck = 10;
    private const int MaxAnswersToLiar = 2_400;

    /// <summary>Validators of the current epoch of which everything is expected.</summary>
    private IReadOnlyList<SimulatedNode> Sound =>
        [.. Following.Where(n => n.IsMember && n.Epoch == cluster.Protocol.Latest.Number && !cluster.Scenario.IsDamaged(n.Validator))];

    /// <summary>Institutions that must have every block, whether or not they may vote.</summary>
    private IReadOnlyList<SimulatedNode> Following => [.. cluster.Nodes.Where(n => n.IsHonest)];

    public void Require()
    {
        WaitFor(Invariant.ValidIsDelivered, () => cluster.Clients.Owed().Count == 0, () =>
            $"Not delivered: {string.Join(", ", cluster.Clients.Owed())}.");
        // What was submitted again may have been lost again with a validator that left.
        WaitFor(Invariant.LaggardsCatchUp, AllAtHead, () => "Not everybody has the last block and its seal.");
        SubmitAgain();
        WaitFor(Invariant.LowestSlotAdvances, () => cluster.Clients.Open().Count == 0, () =>
            $"Not delivered: {string.Join(", ", cluster.Clients.Open())}.");
        if (cluster.Scenario.Joining > 0 && cluster.Scenario.Seed % 3 == 0)
        {
            RequireChange();
        }

        RequireConvictions();
        WaitFor(Invariant.LaggardsCatchUp, AllAtHead, () => "Not everybody has the last block and its seal.");
        WaitFor(Invariant.ViewsSettle, ViewsRest, () => "Views go on growing.");
        RequireQuiet();
        WaitFor(
            Invariant.AcknowledgedStays,
            () => Following.All(n => n.Disk.HeadHeight >= cluster.Checker.Acknowledged),
            () => $"Clients saw block {cluster.Checker.Acknowledged}.");
        if (Following.FirstOrDefault(n => n.Disk.Anchor is null) is { } complete)
        {
            RequireSameFromGenesis(complete);
        }

        foreach (SimulatedNode node in Following)
        {
            cluster.Checker.RequireHistory(node);
            if (!cluster.Scenario.IsDamaged(node.Validator))
            {
                RequireReplay(node);
            }
        }
    }

    /// <summary>What was lost by crashes is submitted again, and each validator gets something new.</summary>
    private void SubmitAgain()
    {
        IReadOnlyList<SimulatedNode> sound = Sound;
        IReadOnlyList<ClientRequest> open = cluster.Clients.Open();
        for (int i = 0; i < open.Count; i++)
        {
            cluster.Clients.Submit(sound[i % sound.Count], [open[i]]);
        }

        for (int i = 0; i < sound.Count; i++)
        {
            cluster.Clients.Submit(sound[i], [new ClientRequest(LastClient, i + 1, 0, Valid: true)]);
        }
    }

    /// <summary>Another change of the validators, whatever kind is possible.</summary>
    private void RequireChange()
    {
        long before = cluster.Protocol.Latest.Number;
        FaultClass[] kinds = [.. FaultClasses.Epochs.Where(cluster.Reconfiguration.IsPossible)];
        if (kinds.Length == 0)
        {
            return;
        }

        SubmitBeforeChange();
        uint attempts = 0;
        WaitFor(Invariant.ValidatorsChange, HasChanged, () => $"The validators of epoch {before} cannot be changed.");
        WaitFor(
            Invariant.ValidatorsChange,
            () => Following.All(n => n.Epoch == cluster.Protocol.Latest.Number),
            () => $"Not everybody follows into epoch {cluster.Protocol.Latest.Number}.");
        WaitFor(Invariant.ValidIsDelivered, () => cluster.Scenario.Faulty != 0 || cluster.Clients.Open().Count == 0, () =>
            $"Lost with a validator that left: {string.Join(", ", cluster.Clients.Open())}.");

        // Each attempt may be refused, for another change may be open.
        bool HasChanged()
        {
            if (cluster.Protocol.Latest.Number > before)
            {
                return true;
            }

            cluster.Reconfiguration.Begin(new Incident.Change(cluster.Now, kinds[attempts % kinds.Length], attempts));
            attempts++;
            return false;
        }
    }

    /// <summary>What a validator took must not be lost when it is the one that leaves, if all others are sound.</summary>
    private void SubmitBeforeChange()
    {
        foreach (SimulatedNode node in Sound)
        {
            cluster.Clients.Submit(node, [new ClientRequest(LastClient, NoncesOfCheck + node.Id, 0, Valid: true)]);
        }
    }

    /// <summary>What was found before the healing is recorded everywhere; a report that a crash lost is sent again.</summary>
    private void RequireConvictions()
    {
        IReadOnlyCollection<Evidence> found = cluster.Reports.Found;
        WaitFor(Invariant.LaggardsCatchUp, AllAtHead, () => "Not everybody has the last block and its seal.");
        foreach (Evidence evidence in found)
        {
            cluster.Reports.Report(Sound[0], evidence);
        }

        WaitFor(
            Invariant.EvidenceIsRecorded,
            () => found.All(e => Following.All(n => cluster.Reports.IsRecorded(n, e))),
            () => $"Not recorded: {string.Join(", ", found.Where(e => !Following.All(n => cluster.Reports.IsRecorded(n, e))))}.");
    }

    /// <summary>Everybody is where the chain is, and no epoch is about to end.</summary>
    private bool AllAtHead() => Following.All(n => n.State is { LastSlot: null } state
        && n.Epoch == cluster.Protocol.Latest.Number
        && state.Stored == cluster.Checker.Headers.Count
        && state.BaseHeight == state.Stored);

    private bool ViewsRest()
    {
        long[] views = [.. Sound.Select(n => n.State!.View.Value)];
        cluster.RunFor(10 * Round);
        return views.SequenceEqual(Sound.Select(n => n.State!.View.Value));
    }

    /// <summary>Every process may tell each other one where it is, and answer it, once in a resend interval, and answer what liars send;
    /// all that twice, to be on the safe side.</summary>
    private void RequireQuiet()
    {
        long before = cluster.Statistics.CheckedOf(Invariant.HonestMessagesVerify);
        cluster.RunFor(Round);
        long sent = cluster.Statistics.CheckedOf(Invariant.HonestMessagesVerify) - before;
        long intervals = 1 + (Round / (long)cluster.Scenario.Limits.ResendInterval.TotalMilliseconds);
        long most = (4 * intervals * cluster.Nodes.Count * cluster.Nodes.Count)
            + (MaxAnswersToLiar * BitOperations.PopCount(cluster.Scenario.Byzantine));
        cluster.Checker.Require(
            Invariant.IdleIsQuiet, sent <= most, $"{sent} messages were sent in {Round} ms, more than {most}. {cluster.Describe()}");
    }

    private void WaitFor(Invariant invariant, Func<bool> condition, Func<string> violation)
    {
        bool holds = condition();
        for (int i = 0; i < Rounds && !holds; i++)
        {
            cluster.RunFor(Round);
            holds = condition();
        }

        cluster.Checker.Require(invariant, holds, $"{violation()} {cluster.Describe()}");
    }

    /// <summary>A state machine that begins with nothing comes to the same states and receipts.</summary>
    private void RequireSameFromGenesis(SimulatedNode node)
    {
        IStateMachine fresh = cluster.Workload.Open(new SimulatedDisk());
        foreach (StoredSlot block in node.Disk.Blocks)
        {
            cluster.Checker.OnReplayed(node, block.Header, ExecutedSlot.Of(fresh, block.Header.Height, block.Header.Time, block.Body));
        }
    }

    /// <summary>A machine made from the log and the store stands where the live one does.</summary>
    private void RequireReplay(SimulatedNode node)
    {
        ReplicaState live = node.State!;
        (long Epoch, long Stored, long View, long Base) before = (node.Epoch, live.Stored, live.View.Value, live.BaseHeight);
        node.Crash(surviving: count => count - 1, keptUnflushed: count => count - 1);
        node.Start();
        ReplicaState again = node.State!;
        // A leader gives its view up when it starts, and passes over leaders that failed before.
        long highest = before.View + 1 + cluster.Protocol.Latest.Validators.MaxFaulty;
        cluster.Checker.Require(
            Invariant.LogReplays,
            node.Epoch == before.Epoch
                && again.Stored == before.Stored && again.View.Value >= before.View && again.View.Value <= highest
                && again.BaseHeight == before.Base,
            $"Validator {node.Id} was at {before} and is at ({node.Epoch}, {again.Stored}, {again.View}, {again.BaseHeight}) "
                + "after reading its log.");
    }
}
