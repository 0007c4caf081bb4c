namespace MedChain.Core.Tests.Simulation;

/// <summary>The links between all processes, and the trouble they have.</summary>
internal sealed class SimulatedNetwork(SimulatedCluster cluster, SeededRandom random)
{
    private const int Remembered = 256;
    private const int RememberedOfEpoch = 64;
    private readonly List<Incident.Link> _faults = [];
    private readonly Dictionary<(int From, int To), long> _busyUntil = [];
    private readonly List<(int From, Packet Packet)> _old = [];

    /// <summary>What was sent in each epoch, by its number.</summary>
    private readonly List<List<(int From, Packet Packet)>> _epochs = [];

    public void Begin(Incident.Link fault) => _faults.Add(fault);

    public void End(Incident.Link fault) => _faults.Remove(fault);

    public void Heal() => _faults.Clear();

    /// <summary>Takes bytes from one process to another, or not.</summary>
    /// <param name="sender">The sending process.</param>
    /// <param name="receiver">The receiving process.</param>
    /// <param name="sent">The bytes.</param>
    public void Transmit(SimulatedNode sender, SimulatedNode receiver, Packet sent)
    {
        Remember(sender, sent);
        Packet packet = sender.WireVersion == receiver.WireVersion ? sent : sent.InAnotherVersion();
        long delay = 1 + random.Next(cluster.MaxDelay);
        int copies = 1;
        foreach (Incident.Link fault in _faults)
        {
            if (((fault.From >> sender.Id) & 1) == 0 || ((fault.To >> receiver.Id) & 1) == 0 || !Strikes(fault))
            {
                continue;
            }

            if (fault.Class == FaultClass.OldEpochs)
            {
                ReplayOldEpoch(receiver, delay + random.Next(fault.Amount));
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

    /// <summary>Delivers a message of an epoch that the receiver has left, if there was one.</summary>
    private void ReplayOldEpoch(SimulatedNode receiver, long delay)
    {
        int epoch = random.Next((int)receiver.Epoch + 1);
        if (epoch < receiver.Epoch && epoch < _epochs.Count && _epochs[epoch].Count > 0)
        {
            cluster.Statistics.Injected(FaultClass.OldEpochs);
            (int from, Packet old) = random.Pick(_epochs[epoch]);
            Deliver(from, receiver, old, delay);
        }
    }

    /// <summary>How long a message waits behind others on a narrow link.</summary>
    private long Occupy(int from, int to, long duration)
    {
        long start = Math.Max(cluster.Now, _busyUntil.GetValueOrDefault((from, to)));
        _busyUntil[(from, to)] = start + duration;
        return start + duration - cluster.Now;
    }

    /// <summary>Keeps a sample of what was sent since the beginning, and in each epoch, for replays.</summary>
    private void Remember(SimulatedNode sender, Packet packet)
    {
        Remember(_old, Remembered, (sender.Validator, packet));
        if (cluster.Scenario.Joining > 0 || sender.Epoch > 0)
        {
            while (_epochs.Count <= sender.Epoch)
            {
                _epochs.Add([]);
            }

            Remember(_epochs[(int)sender.Epoch], RememberedOfEpoch, (sender.Validator, packet));
        }
    }

    private void Remember(List<(int From, Packet Packet)> sample, int size, (int From, Packet Packet) sent)
    {
        if (sample.Count < size)
        {
            sample.Add(sent);
        }
        else if (random.Next(16) == 0)
        {
            sample[random.Next(size)] = sent;
        }
    }
}
