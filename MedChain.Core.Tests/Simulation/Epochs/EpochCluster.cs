using System.Buffers.Binary;
using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation.Epochs;

/// <summary>Seven institutions of which some validate, on one thread in virtual time under one seed: validators are added, removed and
/// replaced while the network and the processes fail.</summary>
internal sealed class EpochCluster
{
    private const int Institutions = 7;
    private static readonly PublicKey[] Keys = MakeKeys();
    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private readonly Random _random;
    private readonly int[] _side = new int[Institutions];
    private readonly double _loss;
    private readonly double _crash;
    private readonly double _crashAtWrite;
    private readonly double _partition;
    private readonly int _maxDelay;
    private readonly int _maxDiskDelay;
    private readonly long _healAt;
    private long _order;
    private long _submitted;
    private bool _healed;

    public EpochCluster(int seed, Func<MachineSettings, MachineSettings>? change = null)
    {
        _random = new Random(seed);
        Genesis = [.. Enumerable.Range(0, _random.Next(6) switch { 0 => 1, 1 => 3, 2 => 5, _ => 4 })];
        _loss = _random.Next(3) * 0.04;
        _crash = _random.Next(3) * 0.02;
        _crashAtWrite = _random.Next(3) * 0.001;
        _partition = _random.Next(3) * 0.02;
        _maxDelay = 2 + _random.Next(20);
        _maxDiskDelay = 1 + _random.Next(8);
        _healAt = 2_000 + _random.Next(4_000);
        var limits = new CbftLimits
        {
            Window = 1 + _random.Next(8),
            SlotTimeout = TimeSpan.FromMilliseconds(300),
            MaxSlotTimeout = TimeSpan.FromSeconds(3),
            ResendInterval = TimeSpan.FromMilliseconds(80),
            MaxBatchTransactions = 1 + _random.Next(5),
        };
        Replicas = [.. Keys.Select((key, i) => new EpochReplica(
            this, i, new EpochSettings(new ChainId(Digest.Of([7])), key, limits) { Adjust = change ?? (settings => settings) })
        {
            ClockSkew = _random.Next(-200, 200),
        })];
    }

    public ImmutableArray<int> Genesis { get; }

    public EpochReplica[] Replicas { get; }

    public EpochChecker Checker { get; } = new();

    public long Now { get; private set; }

    private EpochReplica Furthest =>
        Replicas.Where(r => r.IsUp).MaxBy(r => (r.Machine!.Epoch.Number, r.Machine.State.Stored)) ?? Replicas[0];

    public static long NumberOf(ReadOnlyMemory<byte> transaction) => BinaryPrimitives.ReadInt64BigEndian(transaction.Span);

    public static ValidatorSet SetOf(ImmutableArray<int> members) =>
        new([.. members.Select(i => new Validator(Keys[i], default, OperatorKeyOf(Keys[i])))]);

    /// <summary>Runs with faults, heals everything, and then requires progress and another change.</summary>
    public void Run()
    {
        foreach (EpochReplica replica in Replicas)
        {
            _events.Enqueue(() => StartIfDown(replica), (Genesis.Contains(replica.Identity) ? 0 : _random.Next(3_000), _order++));
        }

        RunFor(0);
        while (Now < _healAt)
        {
            Disturb();
            Submit(Replicas[_random.Next(Institutions)]);
            if (_random.Next(10) == 0)
            {
                SubmitChoice();
            }

            RunFor(1 + _random.Next(40));
        }

        _healed = true;
        Array.Clear(_side);
        Array.ForEach(Replicas, StartIfDown);
        RequireProgress();
    }

    public void At(long time, EpochReplica owner, Action action)
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

    public long DiskDelay() => _healed ? 1 : _random.Next(_maxDiskDelay);

    public bool CrashesNow(EpochReplica replica)
    {
        if (_healed || _random.NextDouble() >= _crashAtWrite)
        {
            return false;
        }

        Crash(replica);
        return true;
    }

    public int IndexIn(ValidatorHistory history, long epoch, int identity)
    {
        ImmutableArray<Validator> members = history.Find(epoch)?.Validators.Members ?? [];
        return members.IndexOf(members.FirstOrDefault(m => m.VotingKey == Keys[identity])!);
    }

    public void Transmit(int from, PublicKey to, ReadOnlyMemory<byte> bytes)
    {
        EpochReplica receiver = Replicas[Array.IndexOf(Keys, to)];
        if (_healed || _random.NextDouble() >= _loss)
        {
            _events.Enqueue(() => Arrive(from, receiver, bytes), (Now + 1 + _random.Next(_healed ? 3 : _maxDelay), _order++));
        }
    }

    /// <summary>A key that nobody holds: consensus signs nothing with operator keys.</summary>
    private static PublicKey OperatorKeyOf(PublicKey voting) => new(Digest.Of(voting.ToArray()).ToArray());

    private static PublicKey[] MakeKeys() => [.. Enumerable.Range(1, Institutions).Select(i =>
    {
        using SigningKey key = SigningKey.FromSeed([.. Enumerable.Repeat((byte)i, SigningKey.SeedSize)]);
        return key.PublicKey;
    })];

    private static void StartIfDown(EpochReplica replica)
    {
        if (!replica.IsUp)
        {
            replica.Start();
        }
    }

    private void Arrive(int from, EpochReplica to, ReadOnlyMemory<byte> bytes)
    {
        if (_side[from] == _side[to.Identity] && Envelope.TryDecode(bytes, out ConsensusMessage? message, out _))
        {
            to.Step(message is ForwardedTransactions forwarded
                ? new Input.TransactionsSubmitted(forwarded.IsBackup ? [] : forwarded.Transactions)
                : new Input.PeerMessage(Keys[from], message));
        }
    }

    private void Disturb()
    {
        if (_random.NextDouble() < _crash && Replicas[_random.Next(Institutions)] is { IsUp: true } victim)
        {
            Crash(victim);
        }

        if (_random.NextDouble() < _partition)
        {
            bool whole = _random.Next(3) == 0;
            for (int i = 0; i < _side.Length; i++)
            {
                _side[i] = whole ? 0 : _random.Next(2);
            }
        }
    }

    private void Crash(EpochReplica victim)
    {
        victim.Crash(_random);
        _events.Enqueue(() => StartIfDown(victim), (Now + 1 + _random.Next(600), _order++));
    }

    private long Submit(EpochReplica replica)
    {
        byte[] transaction = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(transaction, ++_submitted);
        replica.Step(new Input.TransactionsSubmitted([transaction]));
        return _submitted;
    }

    /// <summary>Adds, removes or replaces one validator of the furthest epoch.</summary>
    private void SubmitChoice()
    {
        if (!Furthest.IsUp)
        {
            return;
        }

        List<int> members = [.. Furthest.Machine!.Epoch.Validators.Members.Select(m => Array.IndexOf(Keys, m.VotingKey))];
        int[] others = [.. Enumerable.Range(0, Institutions).Except(members)];
        int kind = _random.Next(3);
        if (kind != 0 && members.Count > 1)
        {
            members.RemoveAt(_random.Next(members.Count));
        }

        if (kind != 1 && others.Length > 0)
        {
            members.Add(others[_random.Next(others.Length)]);
        }

        foreach (EpochReplica replica in Replicas)
        {
            replica.Step(new Input.TransactionsSubmitted([ChoosingState.Choice(members)]));
        }
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

    private void RequireProgress()
    {
        RunFor(2_000);
        Await(AllEqual, "the institutions do not come to one epoch and height");
        long before = Furthest.Machine!.Epoch.Number;
        long[] kept = [.. Replicas.Where(r => r.Machine!.IsMember).Select(Submit)];
        for (int i = 0; i < 100 && Furthest.Machine.Epoch.Number == before; i++)
        {
            SubmitChoice();
            RunFor(1_000);
        }

        if (Furthest.Machine.Epoch.Number == before)
        {
            throw new EpochViolationException($"After healing, the validators cannot be changed. {Describe()}");
        }

        Await(AllEqual, "the institutions do not follow into the next epoch");
        Await(() => Array.TrueForAll(Replicas, r => kept.All(r.Delivered.Contains)), "what a leaving validator had accepted is lost");
        long[] late = [.. Replicas.Where(r => r.Machine!.IsMember).Select(Submit)];
        Await(() => Array.TrueForAll(Replicas, r => late.All(r.Delivered.Contains)), "transactions are not delivered everywhere");
        Await(AllEqual, "the institutions do not come to rest");
        long[] views = [.. Replicas.Select(r => r.Machine!.State.View.Value)];
        RunFor(3_000);
        if (Replicas.Where((r, i) => r.Machine!.IsMember && r.Machine.State.View.Value != views[i]).Any()
            || !Array.TrueForAll(Replicas, r => r.Delivered.SequenceEqual(Replicas[0].Delivered)))
        {
            throw new EpochViolationException($"After healing, views go on growing, or orders differ. {Describe()}");
        }
    }

    private bool AllEqual() => Replicas
        .Select(r => (r.Machine!.Epoch.Number, r.Machine.State.Stored, r.Machine.State.BaseHeight == r.Machine.State.Stored))
        .Distinct()
        .ToArray() is [(_, _, true)];

    private void Await(Func<bool> condition, string otherwise)
    {
        for (int i = 0; i < 120; i++)
        {
            if (condition())
            {
                return;
            }

            RunFor(500);
        }

        throw new EpochViolationException($"After healing, {otherwise}. {Describe()}");
    }

    private string Describe() => string.Join("; ", Replicas.Select(r => r.Machine is { State: { } s } m
        ? $"{r.Identity}{(m.IsMember ? "*" : "")}: epoch {m.Epoch.Number} view {s.View} {(s.Active ? "" : "(waiting) ")}"
            + $"{(s.CanVote ? "" : "(mute) ")}decided {s.Decided} ordered {s.Ordered} stored {s.Stored} base {s.BaseHeight} "
            + $"last {s.LastSlot}"
        : $"{r.Identity}: down"));
}
