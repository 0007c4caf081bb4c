using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Tests.Simulation.Adversary;

namespace MedChain.Core.Tests.Simulation;

/// <summary>A chain on one thread in virtual time. Everything follows from its scenario, so a run can be repeated exactly.</summary>
internal sealed class SimulatedCluster
{
    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private readonly Controls _controls;
    private readonly SeededRandom _random;
    private readonly SimulatedNetwork _network;
    private readonly ProcessFaults _processes;
    private readonly Dictionary<int, Liar> _liars = [];
    private long _order;
    private bool _healed;

    /// <summary>Prepares a run.</summary>
    /// <param name="scenario">What happens.</param>
    /// <param name="controls">What is broken on purpose.</param>
    public SimulatedCluster(Scenario scenario, Controls? controls = null)
    {
        _controls = controls ??= Controls.None;
        Scenario = scenario;
        _random = new SeededRandom(scenario.Seed);
        Workload = scenario.RealLedger
            ? new LedgerWorkload(scenario.Count, DrawRules(scenario.Seed), new SimulatedSignatures(scenario.RealSignatures))
            : new CountingWorkload(scenario.Count, DrawRules(scenario.Seed), controls.Deduplicates);
        Protocol = new SimulatedProtocol(scenario, Workload, controls);
        Checker = new SafetyChecker(this);
        Clients = new SimulatedClients(this);
        Reconfiguration = new Reconfiguration(this);
        Reports = new MisconductReports(this);
        _network = new SimulatedNetwork(this, _random.Fork());
        _processes = new ProcessFaults(this, _random.Fork());
        Nodes = [.. Enumerable.Range(0, scenario.Institutions).Concat(scenario.Twins)
            .Select((validator, id) => new SimulatedNode(this, id, validator) { IsHonest = !scenario.IsByzantine(validator) })];
        foreach (SimulatedNode node in Nodes.Where(n => !n.IsHonest && n.Id == n.Validator))
        {
            _liars.Add(node.Id, new Liar(this, node, _random.Fork()));
        }
    }

    public Scenario Scenario { get; }

    public Workload Workload { get; }

    public SimulatedProtocol Protocol { get; }

    public SafetyChecker Checker { get; }

    public SimulatedClients Clients { get; }

    public Reconfiguration Reconfiguration { get; }

    public MisconductReports Reports { get; }

    public Statistics Statistics { get; } = new();

    /// <summary>Gets all processes: the institutions in order, of which the first are the validators of epoch 0, then twins.</summary>
    public IReadOnlyList<SimulatedNode> Nodes { get; }

    public long Now { get; private set; }

    public int MaxDelay => _healed ? 3 : Scenario.MaxDelay;

    /// <summary>Runs with faults, heals everything, and then requires progress.</summary>
    public void Run()
    {
        foreach (SimulatedNode node in Nodes)
        {
            StartFirst(node);
        }

        foreach (Incident incident in Scenario.Incidents)
        {
            At(incident.At, () => Begin(incident));
        }

        RunFor(Scenario.HealAt);
        Heal();
        new LivenessChecker(this).Require();
        Statistics.Runs = 1;
        Statistics.VirtualTime = Now;
        Statistics.Epochs = Protocol.Latest.Number;
        Statistics.Views = Nodes.Where(n => n.IsHonest).Max(n => n.State?.View.Value ?? 0);
        Statistics.Convictions = Workload.CountRecorded(Nodes.First(n => n.IsHonest).StateMachine!);
        Statistics.LedgerRuns = Scenario.RealLedger ? 1 : 0;
        Statistics.SignedRuns = Scenario.RealSignatures ? 1 : 0;
    }

    public void At(long time, Action action) => _events.Enqueue(action, (Math.Max(time, Now), _order++));

    /// <summary>Lets something happen to a process if it still lives the same life then; a paused process does it later.</summary>
    public void At(long time, SimulatedNode owner, Action action)
    {
        int life = owner.Life;
        AtAnyLife(
            time,
            owner,
            () =>
            {
                if (owner.Life == life)
                {
                    action();
                }
            });
    }

    public void After(long delay, SimulatedNode owner, Action action) => At(Now + delay, owner, action);

    /// <summary>Lets something happen to a process whatever life it lives then.</summary>
    public void AtAnyLife(long time, SimulatedNode owner, Action action) => At(time, () =>
    {
        if (owner.IsUp && owner.AwayUntil > Now)
        {
            AtAnyLife(owner.AwayUntil, owner, action);
        }
        else
        {
            action();
        }
    });

    public long DiskDelay(SimulatedNode node) =>
        _healed ? 1 : _random.Next(Scenario.MaxDiskDelay) + (node.DiskSlowness > 0 ? _random.Next(node.DiskSlowness) : 0);

    public void CrashAtWrite(SimulatedNode node) => _processes.CrashAtWrite(node);

    public void FailDisk(SimulatedNode node, FaultClass fault) => _processes.FailDisk(node, fault);

    /// <summary>A process sends; every process of a receiving institution gets it.</summary>
    public void Send(SimulatedNode from, Effect.Post post)
    {
        Packet packet = PacketOf(post.Message);
        if (from.IsHonest)
        {
            Checker.OnSent(from, packet);
        }

        foreach (SimulatedNode to in Nodes)
        {
            if (to.Validator != from.Validator && post.To.Contains(SimulatedSignatures.KeyOf(to.Validator)))
            {
                Packet? told = _liars.TryGetValue(from.Id, out Liar? liar) ? liar.Tell(to.Id, packet) : packet;
                SendTo(from, to.Id, _controls.ForgesCutsUnderOneDigest && !from.IsHonest && to.Id % 2 == 0 ? WithOtherCut(told) : told);
            }
        }
    }

    /// <summary>Sends to one process, and nothing to the sender's own validator.</summary>
    public void SendTo(SimulatedNode from, int to, Packet? packet)
    {
        if (packet is not null && Nodes[to].Validator != from.Validator)
        {
            _network.Transmit(from, Nodes[to], packet);
        }
    }

    public Packet PacketOf(ReadOnlyMemory<byte> bytes) => new(bytes, Protocol, Workload);

    /// <summary>A process gets bytes, and a liar keeps some of them.</summary>
    public void OnReceived(SimulatedNode node, Packet packet)
    {
        if (_liars.TryGetValue(node.Id, out Liar? liar))
        {
            liar.Hear(packet);
        }
    }

    public void RunFor(long time)
    {
        long end = Now + time;
        while (_events.TryPeek(out _, out (long Time, long Order) next) && next.Time <= end)
        {
            Action action = _events.Dequeue();
            Now = Math.Max(Now, next.Time);
            Statistics.Events++;
            action();
        }

        Now = end;
    }

    /// <summary>Where every validator is, for a person who reads about a failure.</summary>
    public string Describe() => string.Join("; ", Nodes.Select(n => n.State is { } s
        ? $"{n.Id}{(n.IsHonest ? "" : " (lies)")}: {(n.IsMember ? "" : "guest of ")}epoch {n.Epoch} "
            + $"view {s.View} {(s.Active ? "" : "(waiting) ")}{(s.CanVote ? "" : "(follows) ")}"
            + $"decided {s.Decided} ordered {s.Ordered} stored {s.Stored} base {s.BaseHeight} last {s.LastSlot}, "
            + string.Join(", ", n.Lanes.Select(l => $"lane {l.Index} {Place(l.Frontier)} {Place(l.AckTip)} {Place(l.FixedTip)}"))
        : $"{n.Id}{(n.IsHonest ? "" : " (lies)")}: down"));

    private static string Place(BatchReference place) => $"{place.Incarnation}/{place.Height}";

    private void Begin(Incident incident)
    {
        switch (incident)
        {
            case Incident.Link link:
                _network.Begin(link);
                At(link.Until, () => _network.End(link));
                break;
            case Incident.Process process:
                _processes.Begin(process);
                break;
            case Incident.Lie lie:
                BeginLie(lie);
                break;
            case Incident.Submission submission:
                Clients.Submit(submission);
                break;
            case Incident.Change change:
                Reconfiguration.Begin(change);
                break;
        }
    }

    /// <summary>Rules follow from the seed and not from a draw, so that other incidents of a seed stay what they were.</summary>
    private static ConsensusRules DrawRules(ulong seed) => new()
    {
        FastPath = seed % 3 == 0,
        TermLength = seed % 4 < 2 ? 0 : 1 + (int)(seed % 7),
        BlacklistBlocks = seed % 5 == 0 ? 0 : 256,
    };

    /// <summary>The first validators are there from the beginning; who may join later begins to follow the chain some time.</summary>
    private void StartFirst(SimulatedNode node)
    {
        if (node.Validator < Scenario.Count)
        {
            node.Start();
            return;
        }

        At(_random.NextInt64(Scenario.HealAt), () =>
        {
            if (!node.IsUp)
            {
                node.Start();
            }
        });
    }

    /// <summary>A copy of a cut keeps the digest that was computed for the first one.</summary>
    private static Packet? WithOtherCut(Packet? packet) =>
        packet is { IsVerified: true, Message: PrePrepare { Cut: { Tips.Length: > 1 } cut } message }
        ? packet.ReadAs(message with { Cut = cut with { Tips = cut.Tips[..^1] } })
        : packet;

    private void BeginLie(Incident.Lie lie)
    {
        if (lie.Class == FaultClass.Twins)
        {
            Statistics.Injected(lie.Class); // Both copies run from the start.
        }
        else
        {
            _liars[lie.Node].Begin(lie);
        }
    }

    private void Heal()
    {
        _healed = true;
        _network.Heal();
        _processes.Heal();
    }
}
