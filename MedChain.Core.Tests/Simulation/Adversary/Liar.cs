using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Tests.Simulation.Adversary;

/// <summary>Stands between a lying validator's machine and the network: the machine is the real one, what leaves it is not. Lies may be
/// told to each receiver differently.</summary>
internal sealed class Liar
{
    private const int Remembered = 200;
    private readonly SimulatedCluster _cluster;
    private readonly SimulatedNode _node;
    private readonly List<(Incident.Lie Lie, SeededRandom Random)> _lies = [];
    private readonly List<ReadOnlyMemory<byte>> _heard = [];
    private readonly SeededRandom _random;
    private readonly OwnKey _key;
    private readonly Mutator _mutator;
    private readonly ForkedLane _lane;
    private readonly BadProposals _proposals;
    private readonly Noise _noise;

    public Liar(SimulatedCluster cluster, SimulatedNode node, SeededRandom random)
    {
        _cluster = cluster;
        _node = node;
        _random = random;
        _key = new OwnKey(cluster.Protocol, node);
        _mutator = new Mutator(random.Fork());
        _lane = new ForkedLane(_key);
        _proposals = new BadProposals(_key, random.Fork());
        _noise = new Noise(cluster.Protocol, node, _key, _mutator, random.Fork());
    }

    public void Begin(Incident.Lie lie)
    {
        _lies.Add((lie, new SeededRandom(lie.Seed)));
        if (Noise.IsUnasked(lie.Class))
        {
            Speak(lie);
        }

        _cluster.At(lie.Until, () => _lies.RemoveAll(l => l.Lie == lie));
    }

    /// <summary>Learns from what others send.</summary>
    public void Hear(Packet packet)
    {
        if (_lies.Count == 0 || packet.Message is null || !_random.Chance(0.2))
        {
            return;
        }

        _mutator.Learn(packet.Bytes);
        if (_heard.Count < Remembered)
        {
            _heard.Add(packet.Bytes);
        }
        else
        {
            _heard[_random.Next(Remembered)] = packet.Bytes;
        }
    }

    /// <summary>What the validator sends to one receiver instead of what its machine wants to.</summary>
    /// <param name="to">The receiver.</param>
    /// <param name="packet">What the machine wants.</param>
    /// <returns>The bytes; <see langword="null"/> for nothing.</returns>
    public Packet? Tell(int to, Packet packet)
    {
        ReadOnlyMemory<byte>? bytes = packet.Bytes;
        foreach ((Incident.Lie lie, SeededRandom random) in _lies)
        {
            if (bytes is not { } honest || random.Next(100) >= lie.Rate)
            {
                continue;
            }

            bytes = Tell(lie, random, to, packet.Message!, honest);
            if (bytes is not { } told || !told.Equals(honest))
            {
                _cluster.Statistics.Injected(lie.Class);
            }
        }

        return bytes is not { } lied ? null : lied.Equals(packet.Bytes) ? packet : _cluster.PacketOf(lied);
    }

    private ReadOnlyMemory<byte>? Tell(
        Incident.Lie lie, SeededRandom random, int to, ConsensusMessage message, ReadOnlyMemory<byte> bytes) => lie.Class switch
        {
            FaultClass.Mutation => _key.Sign(_mutator.Mutate(bytes)),
            FaultClass.ForgedCertificates => _mutator.Forge(bytes) is { } forged ? _key.Sign(forged) : bytes,
            FaultClass.LaneEquivocation when message is BatchMessage m && IsAmong(lie.Seed, to) => _lane.Fork(m.Batch),
            FaultClass.Withholding when message is BatchMessage or BatchesData or BlocksData && IsWithheldFrom(lie, to) =>
                (ReadOnlyMemory<byte>?)null,
            FaultClass.SelectiveSending when IsAmong(lie.Seed, to) && IsAmong(lie.Seed >> 20, (int)message.Kind) =>
                (ReadOnlyMemory<byte>?)null,
            FaultClass.BadLeader when message is PrePrepare m && m.Cut.Proposer == _key.IndexIn(m.Epoch) =>
                _proposals.Replace(m, bytes, IsAmong(lie.Seed, to), (int)(lie.Seed % BadProposals.Kinds)),
            FaultClass.LyingSync when message is Status m => _noise.LieAbout(m, random),
            FaultClass.LyingSync when message is BatchesData or BlocksData or SealMessage => _mutator.Mutate(bytes),
            _ => bytes,
        };

    private static bool IsAmong(ulong set, int member) => ((set >> (member & 63)) & 1) != 0;

    /// <summary>Exactly f others never get a body from this validator.</summary>
    private bool IsWithheldFrom(Incident.Lie lie, int to)
    {
        ValidatorSet validators = _cluster.Protocol.Find(_node.Epoch)!.Validators;
        int index = _cluster.Protocol.IndexOf(_cluster.Nodes[to].Validator, _node.Epoch);
        int first = (int)(lie.Seed % (ulong)validators.Count);
        return index >= 0 && (index + validators.Count - first) % validators.Count < validators.MaxFaulty;
    }

    /// <summary>Sends what nobody asked for, now and again.</summary>
    private void Speak(Incident.Lie lie)
    {
        if (_cluster.Now >= lie.Until)
        {
            return;
        }

        if (_node.IsUp)
        {
            foreach (ReadOnlyMemory<byte> bytes in _noise.Make(lie, _heard))
            {
                _cluster.Statistics.Injected(lie.Class);
                _cluster.SendTo(_node, _random.Next(_cluster.Nodes.Count), _cluster.PacketOf(bytes));
            }
        }

        _cluster.At(_cluster.Now + 20 + _random.Next(60), () => Speak(lie));
    }
}
