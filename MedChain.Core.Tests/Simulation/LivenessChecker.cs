namespace MedChain.Core.Tests.Simulation;

/// <summary>What must hold once faults are over, though lying validators go on lying.</summary>
internal sealed class LivenessChecker(SimulatedCluster cluster)
{
    private const int Rounds = 120;
    private const int Round = 500;
    private const int LastClient = 4;

    /// <summary>Validators of which everything is expected.</summary>
    private IReadOnlyList<SimulatedNode> Sound =>
        [.. cluster.Nodes.Where(n => n.IsHonest && !cluster.Scenario.IsDamaged(n.Validator))];

    /// <summary>Validators that must have every block, whether or not they may vote.</summary>
    private IReadOnlyList<SimulatedNode> Following => [.. cluster.Nodes.Where(n => n.IsHonest)];

    public void Require()
    {
        WaitFor(Invariant.ValidIsDelivered, () => cluster.Clients.Owed().Count == 0, () =>
            $"Not delivered: {string.Join(", ", cluster.Clients.Owed())}.");
        SubmitAgain();
        WaitFor(Invariant.LowestSlotAdvances, () => cluster.Clients.Open().Count == 0, () =>
            $"Not delivered: {string.Join(", ", cluster.Clients.Open())}.");
        WaitFor(Invariant.LaggardsCatchUp, () => Following.All(IsAtHead), () => "Not everybody has the last block and its seal.");
        WaitFor(Invariant.ViewsSettle, ViewsRest, () => "Views go on growing.");
        cluster.Checker.Require(
            Invariant.AcknowledgedStays,
            Following.All(n => n.Disk.Blocks.Count >= cluster.Checker.Acknowledged),
            $"Clients saw block {cluster.Checker.Acknowledged}. {cluster.Describe()}");
        foreach (SimulatedNode node in Sound)
        {
            RequireReplay(node);
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

    private bool IsAtHead(SimulatedNode node) => node.State is { } state
        && state.Stored == cluster.Checker.Headers.Count
        && state.BaseHeight == state.Stored;

    private bool ViewsRest()
    {
        long[] views = [.. Sound.Select(n => n.State!.View.Value)];
        cluster.RunFor(10 * Round);
        return views.SequenceEqual(Sound.Select(n => n.State!.View.Value));
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

    /// <summary>A machine made from the log and the store stands where the live one does.</summary>
    private void RequireReplay(SimulatedNode node)
    {
        var live = node.State!;
        (long Stored, long View, long Base) before = (live.Stored, live.View.Value, live.BaseHeight);
        node.Crash(surviving: count => count - 1, keptBlocks: count => count - 1);
        node.Start();
        var again = node.State!;
        // A leader gives its view up when it starts, and passes over leaders that failed before.
        long highest = before.View + 1 + cluster.Scenario.MaxFaulty;
        cluster.Checker.Require(
            Invariant.LogReplays,
            again.Stored == before.Stored && again.View.Value >= before.View && again.View.Value <= highest
                && again.BaseHeight == before.Base,
            $"Validator {node.Id} was at {before} and is at ({again.Stored}, {again.View}, {again.BaseHeight}) after reading its log.");
    }
}
