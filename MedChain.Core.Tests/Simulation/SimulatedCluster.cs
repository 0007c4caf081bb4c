using System.Buffers.Binary;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Consensus;

namespace MedChain.Core.Tests.Simulation;

/// <summary>A chain on one thread in virtual time. Everything random comes from one seed, so a run can be repeated exactly.</summary>
internal sealed class SimulatedCluster
{
    private static readonly PublicKey[] Keys = MakeKeys(7);
    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private readonly Random _random;
    private readonly Faults _faults;
    private readonly int[] _side;
    private long _order;
    private long _submitted;
    private bool _healed;

    public SimulatedCluster(int seed, Func<MachineSettings, MachineSettings>? change = null)
    {
        _random = new Random(seed);
        int count = _random.Next(10) switch { 0 => 1, 1 => 3, 2 => 5, 3 => 6, 4 => 7, _ => 4 };
        _faults = Faults.Draw(_random);
        _side = new int[count];
        var validators = new ValidatorSet([.. Keys.Take(count).Select(k => new Validator(k, default, MachineHarness.OperatorKeyOf(k)))]);
        var limits = new CbftLimits
        {
            Window = 1 + _random.Next(8),
            SlotTimeout = TimeSpan.FromMilliseconds(300),
            MaxSlotTimeout = TimeSpan.FromSeconds(3),
            ResendInterval = TimeSpan.FromMilliseconds(80),
            MaxBatchTransactions = 1 + _random.Next(5),
        };
        Replicas = [.. Enumerable.Range(0, count).Select(i =>
        {
            var settings = new MachineSettings(new ChainId(Digest.Of([7])), 0, validators, i, limits);
            return new SimulatedReplica(this, change?.Invoke(settings) ?? settings) { ClockSkew = _random.Next(-200, 200) };
        })];
    }

    public SimulatedReplica[] Replicas { get; }

    public SafetyChecker Checker { get; } = new();

    public long Now { get; private set; }

    public static long NumberOf(ReadOnlyMemory<byte> transaction) => BinaryPrimitives.ReadInt64BigEndian(transaction.Span);

    /// <summary>Runs with faults, heals everything, and then requires progress.</summary>
    public void Run()
    {
        foreach (SimulatedReplica replica in Replicas)
        {
            replica.Start();
        }

        while (Now < _faults.HealAt)
        {
            Disturb();
            Submit(Replicas[_random.Next(Replicas.Length)]);
            RunFor(1 + _random.Next(40));
        }

        Heal();
        RunFor(2_000);
        RequireProgress();
    }

    public void At(long time, SimulatedReplica owner, Action action)
    {
        int life = owner.Life;
        _events.Enqueue(
            () =>
            {
                if (owner.Life == life)
                {
                    action();
                }
            },
            (time, _order++));
    }

    public void After(long delay, SimulatedReplica owner, Action action) => At(Now + delay, owner, action);

    public long DiskDelay() => _healed ? 1 : _random.Next(_faults.MaxDiskDelay);

    public long ExecutionDelay() => _healed ? 1 : _random.Next(_faults.MaxDiskDelay);

    /// <summary>Crashes a validator between a write and its consequences, now and then.</summary>
    public bool CrashesNow(SimulatedReplica replica)
    {
        if (_healed || _random.NextDouble() >= _faults.CrashAtWrite || Replicas.Count(r => !r.IsUp) >= _faults.MaxDown)
        {
            return false;
        }

        Crash(replica);
        return true;
    }

    public void Send(SimulatedReplica from, Effect.Send send)
    {
        if (!Envelope.TryDecode(send.Message, out ConsensusMessage? message, out string? reason))
        {
            throw new SafetyViolationException($"Validator {from.Index} sent what cannot be read: {reason}");
        }

        Checker.OnSent(from.Index, send.Message, message, from.Disk.Records);
        for (int to = 0; to < Replicas.Length; to++)
        {
            if (to != from.Index && (send.To == to || send.To == Effect.Send.Everyone))
            {
                Transmit(from.Index, Replicas[to], send.Message);
            }
        }
    }

    private static PublicKey[] MakeKeys(int count)
    {
        var keys = new PublicKey[count];
        for (int i = 0; i < count; i++)
        {
            using SigningKey key = SigningKey.FromSeed([.. Enumerable.Repeat((byte)(i + 1), SigningKey.SeedSize)]);
            keys[i] = key.PublicKey;
        }

        return keys;
    }

    private void Transmit(int from, SimulatedReplica to, ReadOnlyMemory<byte> bytes)
    {
        int copies = _healed ? 1 : _random.NextDouble() < _faults.Loss ? 0 : _random.NextDouble() < _faults.Duplication ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            long delay = _healed ? 1 + _random.Next(3) : 1 + _random.Next(_faults.MaxDelay);
            _events.Enqueue(() => Arrive(from, to, bytes), (Now + delay, _order++));
        }
    }

    private void Arrive(int from, SimulatedReplica to, ReadOnlyMemory<byte> bytes)
    {
        if (_side[from] == _side[to.Index] && Envelope.TryDecode(bytes, out ConsensusMessage? message, out _))
        {
            to.Step(new Input.MessageReceived(from, message));
        }
    }

    private void Disturb()
    {
        if (_random.NextDouble() < _faults.Crash && Replicas.Count(r => !r.IsUp) < _faults.MaxDown)
        {
            SimulatedReplica victim = _random.Next(2) == 0 && Replicas[0].State is { } state
                ? Replicas[(int)(state.View.Value % Replicas.Length)]
                : Replicas[_random.Next(Replicas.Length)];
            if (victim.IsUp)
            {
                Crash(victim);
            }
        }

        if (_random.NextDouble() < _faults.Partition)
        {
            bool whole = _random.Next(3) == 0;
            for (int i = 0; i < _side.Length; i++)
            {
                _side[i] = whole ? 0 : _random.Next(2);
            }
        }
    }

    private void Crash(SimulatedReplica victim)
    {
        victim.Crash(_random);
        _events.Enqueue(
            () =>
            {
                if (!victim.IsUp)
                {
                    victim.Start();
                }
            },
            (Now + 1 + _random.Next(600), _order++));
    }

    private void Heal()
    {
        _healed = true;
        Array.Clear(_side);
        foreach (SimulatedReplica replica in Replicas)
        {
            if (!replica.IsUp)
            {
                replica.Start();
            }
        }
    }

    private long Submit(SimulatedReplica replica)
    {
        byte[] transaction = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(transaction, ++_submitted);
        replica.Step(new Input.TransactionsSubmitted([transaction]));
        return _submitted;
    }

    private void RunFor(long time)
    {
        long end = Now + time;
        while (_events.TryPeek(out _, out (long Time, long Order) next) && next.Time <= end)
        {
            Action action = _events.Dequeue();
            Now = Math.Max(Now, next.Time);
            action();
        }

        Now = end;
    }

    /// <summary>After healing, transactions given to any validator reach all, nobody lags, and views stop growing.</summary>
    private void RequireProgress()
    {
        long[] late = [.. Replicas.Select(Submit)];
        for (int i = 0; i < 60 && !Array.TrueForAll(Replicas, r => late.All(r.Delivered.Contains)); i++)
        {
            RunFor(500);
        }

        foreach (SimulatedReplica replica in Replicas)
        {
            if (!late.All(replica.Delivered.Contains))
            {
                throw new SafetyViolationException($"After healing, validator {replica.Index} does not deliver. {Describe()}");
            }
        }

        RunFor(1_000);
        long[] views = [.. Replicas.Select(r => r.State!.View.Value)];
        RunFor(5_000);
        if (!views.SequenceEqual(Replicas.Select(r => r.State!.View.Value)) || Replicas.Select(r => r.State!.Stored).Distinct().Count() > 1)
        {
            throw new SafetyViolationException($"After healing, the validators do not come to rest. {Describe()}");
        }

        if (!Array.TrueForAll(Replicas, r => r.State!.BaseHeight == r.State.Stored && r.Delivered.SequenceEqual(Replicas[0].Delivered)))
        {
            throw new SafetyViolationException($"After healing, the last block is not sealed everywhere, or orders differ. {Describe()}");
        }
    }

    private string Describe() => string.Join("; ", Replicas.Select(r => r.State is { } s
        ? $"{r.Index}: view {s.View} {(s.Active ? "" : "(waiting) ")}decided {s.Decided} "
            + $"ordered {s.Ordered} stored {s.Stored} base {s.BaseHeight}, "
            + string.Join(", ", r.Lanes.Select(l =>
                $"lane {l.Index} incarnation {l.Incarnation} {Place(l.Frontier)} {Place(l.AckTip)} {Place(l.FixedTip)}"))
        : $"{r.Index}: down"));

    private static string Place(BatchReference place) => $"{place.Incarnation}/{place.Height}";

    /// <summary>How bad a run is.</summary>
    private sealed record Faults(
        double Loss,
        double Duplication,
        int MaxDelay,
        int MaxDiskDelay,
        double Crash,
        double CrashAtWrite,
        int MaxDown,
        double Partition,
        long HealAt)
    {
        public static Faults Draw(Random random) => new(
            random.Next(3) * 0.05,
            random.Next(3) * 0.05,
            2 + random.Next(30),
            1 + random.Next(12),
            random.Next(3) * 0.02,
            random.Next(3) * 0.002,
            1 + random.Next(4),
            random.Next(3) * 0.02,
            1_000 + random.Next(4_000));
    }
}
