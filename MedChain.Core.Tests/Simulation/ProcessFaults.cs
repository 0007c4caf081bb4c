namespace MedChain.Core.Tests.Simulation;

/// <summary>Carries out what happens to processes, their disks and their clocks.</summary>
internal sealed class ProcessFaults(SimulatedCluster cluster, SeededRandom random)
{
    private const int LongestRestart = 400;
    private bool _healed;

    public void Begin(Incident.Process fault)
    {
        SimulatedNode node = cluster.Nodes[fault.Node];
        if (_healed || (!node.IsUp && fault.Class is not (FaultClass.ClockSkew or FaultClass.ClockDrift or FaultClass.ClockJump)))
        {
            return;
        }

        switch (fault.Class)
        {
            case FaultClass.Crash:
                Crash(node, fault.Class, fault.Until, random.Next);
                break;
            case FaultClass.TornWrite:
                // The last record is cut in the middle, so it is never there; opening the log drops it.
                Crash(node, fault.Class, fault.Until, end => random.Next(Math.Max(1, end - 1)));
                break;
            case FaultClass.CrashAtWrite:
                node.WritesLeft = fault.Amount;
                break;
            case FaultClass.DiskFull or FaultClass.FlushError:
                node.DiskFault = fault.Class;
                break;
            case FaultClass.Pause:
                cluster.Statistics.Injected(fault.Class);
                node.AwayUntil = Math.Max(node.AwayUntil, fault.Until);
                break;
            case FaultClass.OtherVersion:
                cluster.Statistics.Injected(fault.Class);
                node.WireVersion++;
                cluster.At(fault.Until, () => node.WireVersion = 0);
                break;
            case FaultClass.SlowDisk:
                cluster.Statistics.Injected(fault.Class);
                node.DiskSlowness = (int)fault.Amount;
                cluster.At(fault.Until, () => node.DiskSlowness = 0);
                break;
            case FaultClass.BitRot:
                Crash(node, fault.Class, fault.Until, random.Next);
                node.Disk.Damage = "A record in the middle of the log has a wrong checksum.";
                break;
            case FaultClass.LostLog:
                Crash(node, fault.Class, fault.Until, random.Next);
                node.Disk.LoseLog();
                break;
            case FaultClass.Rollback:
                SimulatedDisk.Image image = node.Disk.TakeImage();
                cluster.At(fault.Until, () => RollBack(node, image, blocks: fault.Amount == 0));
                break;
            case FaultClass.ClockSkew or FaultClass.ClockJump:
                cluster.Statistics.Injected(fault.Class);
                node.Clock.Offset += fault.Amount;
                break;
            case FaultClass.ClockDrift:
                cluster.Statistics.Injected(fault.Class);
                node.Clock.Drift(cluster.Now, fault.Amount);
                break;
        }
    }

    /// <summary>The process dies right after a record became durable.</summary>
    public void CrashAtWrite(SimulatedNode node) => Crash(node, FaultClass.CrashAtWrite, Soon(), _ => 0);

    /// <summary>A write failed: the shell stops the validator for good, and an administrator starts it again. A full disk took nothing;
    /// after a failed flush any number of records may be there.</summary>
    public void FailDisk(SimulatedNode node, FaultClass fault) =>
        Crash(node, fault, Soon(), fault == FaultClass.DiskFull ? _ => 0 : random.Next);

    public void Heal()
    {
        _healed = true;
        foreach (SimulatedNode node in cluster.Nodes)
        {
            node.AwayUntil = 0;
            node.DiskSlowness = 0;
            node.WireVersion = 0;
            node.DiskFault = null;
            node.WritesLeft = null;
            node.Clock.Synchronise(cluster.Now);
            if (!node.IsUp)
            {
                node.Start();
            }
        }
    }

    private long Soon() => cluster.Now + 1 + random.Next(LongestRestart);

    private void Crash(SimulatedNode node, FaultClass fault, long until, Func<int, int> surviving)
    {
        cluster.Statistics.Injected(fault);
        node.Crash(surviving, random.Next);
        node.AwayUntil = 0;
        cluster.At(until, () =>
        {
            if (!node.IsUp)
            {
                node.Start();
            }
        });
    }

    private void RollBack(SimulatedNode node, SimulatedDisk.Image image, bool blocks)
    {
        if (_healed || !node.IsUp)
        {
            return;
        }

        cluster.Statistics.Injected(FaultClass.Rollback);
        node.Crash(random.Next, random.Next);
        node.Disk.Restore(image, blocks);
        node.Start();
    }
}
