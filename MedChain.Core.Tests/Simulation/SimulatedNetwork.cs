namespace MedChain.Core.Tests.Simulation;

/// <summary>The links between all processes, and the trouble they have.</summary>
internal sealed class SimulatedNetwork(SimulatedCluster cluster, SeededRandom random)
{
    private const int Remembered = 256;
    private readonly List<Incident.Link> _faults = [];
    private readonly Dictionary<(int From, int To), long> _busyUntil = [];
    private readonly List<(int From, Packet Packet)> _old = [];

    public void Begin(Incident.Link fault) => _faults.Add(fault);

    public void End(Incident.Link fault) => _faults.Remove(fault);

    public void Heal() => _faults.Clear();

    /// <summary>Takes bytes from one process to another, or not.</summary>
    /// <param name="sender">The sending process.</param>
    /// <param name="receiver">The receiving process.</param>
    /// <param name="packet">The bytes.</param>
    public void Transmit(SimulatedNode sender, SimulatedNode receiver, Packet packet)
    {
        Remember(sender.Validator, packet);
        long delay = 1 + random.Next(cluster.MaxDelay);
        int copies = 1;
        foreach (Incident.Link fault in _faults)
        {
            if (((fault.From >> sender.Id) & 1) == 0 || ((fault.To >> receiver.Id) & 1) == 0 || !Strikes(fault))
            {
                continue;
            }

            cluster.Statistics.Injected(fault.Class);
            switch (fault.Class)
            {
                case FaultClass.Delay:
                    delay += random.Next(fault.Amount);
                    break;
                case FaultClass.Duplication:
                    copies++;
                    break;
                case FaultClass.Replay:
                    (int from, Packet old) = random.Pick(_old);
                    Deliver(from, receiver, old, delay + random.Next(fault.Amount));
                    break;
                case FaultClass.Clogging:
                    delay = Math.Max(delay, fault.Until - cluster.Now + random.Next(5));
                    break;
                case FaultClass.Bandwidth:
                    delay += Occupy(sender.Id, receiver.Id, packet.Bytes.Length / fault.Amount);
                    break;
                default:
                    return; // Lost.
            }
        }

        for (int i = 0; i < copies; i++)
        {
            Deliver(sender.Validator, receiver, packet, delay + (i == 0 ? 0 : random.Next(20)));
        }
    }

    private bool Strikes(Incident.Link fault) => fault.Rate >= 100 || random.Next(100) < fault.Rate;

    private void Deliver(int from, SimulatedNode receiver, Packet packet, long delay) =>
        cluster.AtAnyLife(cluster.Now + delay, receiver, () => receiver.Receive(from, packet));

    /// <summary>How long a message waits behind others on a narrow link.</summary>
    private long Occupy(int from, int to, long duration)
    {
        long start = Math.Max(cluster.Now, _busyUntil.GetValueOrDefault((from, to)));
        _busyUntil[(from, to)] = start + duration;
        return start + duration - cluster.Now;
    }

    /// <summary>Keeps a sample of what was sent since the beginning, for replays.</summary>
    private void Remember(int from, Packet packet)
    {
        if (_old.Count < Remembered)
        {
            _old.Add((from, packet));
        }
        else if (random.Next(16) == 0)
        {
            _old[random.Next(Remembered)] = (from, packet);
        }
    }
}
