using System.Numerics;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation;

/// <summary>Changes the validators as their operators would: one at a time, and never so that more of them are faulty than the set can
/// bear.</summary>
internal sealed class Reconfiguration(SimulatedCluster cluster)
{
    /// <summary>Most validators of a simulated chain.</summary>
    private const int MaxMembers = 7;

    /// <summary>Whether there is a change of a kind that the validators known last can bear.</summary>
    public bool IsPossible(FaultClass kind) => Possible(kind, cluster.Protocol.MembersOf(cluster.Protocol.Latest.Number)).Any();

    /// <summary>Submits the transactions of a change to everybody, so that none is lost with a validator that leaves.</summary>
    public void Begin(Incident.Change change)
    {
        SimulatedNode? furthest = cluster.Nodes.Where(n => n is { IsHonest: true, IsUp: true }).MaxBy(n => n.Disk.HeadHeight);
        if (furthest is null || cluster.Protocol.Find(furthest.Epoch) is not { } epoch)
        {
            return;
        }

        (int Leaving, int Joining)[] possible = [.. Possible(change.Class, cluster.Protocol.MembersOf(epoch.Number))];
        if (possible.Length == 0)
        {
            return;
        }

        cluster.Statistics.Injected(change.Class);
        (int leaving, int joining) = possible[change.Pick % possible.Length];
        var height = new BlockHeight(furthest.Disk.HeadHeight);
        IReadOnlyList<ReadOnlyMemory<byte>> transactions = cluster.Workload.Change(epoch, height, leaving, joining);
        foreach (SimulatedNode node in cluster.Nodes)
        {
            node.Submit(transactions); // In one piece, for an approval counts only after what it approves.
        }
    }

    private IEnumerable<(int Leaving, int Joining)> Possible(FaultClass kind, ulong members)
    {
        int[] inside = [.. Institutions(members)];
        int[] outside = [.. Institutions(~members)];
        int[] leaving = kind == FaultClass.AddValidator ? [-1] : inside;
        int[] joining = kind == FaultClass.RemoveValidator ? [-1] : outside;
        return leaving.SelectMany(l => joining.Select(j => (l, j))).Where(c => Bears(members, c.l, c.j));
    }

    private IEnumerable<int> Institutions(ulong set) =>
        Enumerable.Range(0, cluster.Scenario.Institutions).Where(i => ((set >> i) & 1) != 0);

    private bool Bears(ulong members, int leaving, int joining)
    {
        ulong next = (leaving < 0 ? members : members & ~(1UL << leaving)) | (joining < 0 ? 0 : 1UL << joining);
        int count = BitOperations.PopCount(next);
        return count is > 0 and <= MaxMembers && BitOperations.PopCount(next & cluster.Scenario.Faulty) <= (count - 1) / 3;
    }
}
