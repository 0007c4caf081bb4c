using System.Collections.Immutable;
using MedChain.Core.Consensus;

namespace MedChain.Core.Tests.Simulation;

/// <summary>Draws a scenario from a seed: sizes, options, a random subset of the fault classes (swarm testing: runs that leave some faults
/// out find what runs with all of them hide), and every incident.</summary>
internal sealed class Swarm
{
    private const int Clients = 4;
    private const ulong Everybody = ulong.MaxValue;
    private const long Never = long.MaxValue;

    /// <summary>How many of the runs with all classes may change the validators: an epoch takes 64 blocks more to end, so such runs take
    /// several times as long.</summary>
    private const double ChangingShare = 0.3;

    private readonly SeededRandom _random;
    private readonly List<Incident> _incidents = [];
    private readonly HashSet<FaultClass> _classes;
    private readonly long[] _nonces = new long[Clients];
    private readonly int _count;
    private readonly int _joining;
    private readonly long _healAt;
    private ulong _byzantine;
    private ulong _damaged;

    private Swarm(ulong seed, IReadOnlyCollection<FaultClass> allowed)
    {
        _random = new SeededRandom(seed);
        _count = _random.Next(20) switch { 0 => 1, 1 => 2, 2 or 3 => 3, 4 or 5 => 5, 6 or 7 => 6, 8 or 9 or 10 => 7, _ => 4 };
        _healAt = 800 + _random.Next(2_400);
        double share = 0.1 + (_random.Next(6) * 0.1);
        _classes = [.. FaultClasses.All.Where(c => _random.Chance(share) && allowed.Contains(c))];
        if (allowed.Count == FaultClasses.All.Count && !_random.Chance(ChangingShare))
        {
            _classes.ExceptWith(FaultClasses.Epochs);
        }

        _joining = _classes.Overlaps(FaultClasses.Epochs) ? 1 + _random.Next(3) : 0;
    }

    private int Institutions => _count + _joining;

    /// <summary>Draws.</summary>
    /// <param name="seed">From 1.</param>
    /// <param name="allowed">Classes that may occur.</param>
    public static Scenario Draw(ulong seed, IReadOnlyCollection<FaultClass> allowed) => new Swarm(seed, allowed).Draw(seed);

    private Scenario Draw(ulong seed)
    {
        CbftLimits limits = DrawLimits();
        bool realLedger = _random.Chance(0.1);
        bool realSignatures = _random.Chance(realLedger ? 0.1 : 0.03);
        DrawFaultyValidators();
        DrawLinks();
        DrawProcesses();
        DrawClocks();
        DrawChanges();
        DrawSubmissions(realLedger ? 50 : 150);
        return new Scenario(
            seed,
            _count,
            limits,
            realSignatures,
            realLedger,
            _byzantine,
            _damaged,
            MaxDelay: 2 + _random.Next(20),
            MaxDiskDelay: 1 + _random.Next(12),
            BlocksPerFlush: 1 + _random.Next(6),
            _healAt,
            [.. _incidents.OrderBy(i => i.At)])
        {
            Joining = _joining,
        };
    }

    private CbftLimits DrawLimits() => new()
    {
        Window = _random.Chance(0.1) ? 1 + _random.Next(64) : 1 + _random.Next(8),
        SlotTimeout = TimeSpan.FromMilliseconds(200 + _random.Next(300)),
        MaxSlotTimeout = TimeSpan.FromSeconds(3),
        ResendInterval = TimeSpan.FromMilliseconds(50 + _random.Next(100)),
        BatchDelay = TimeSpan.FromMilliseconds(_random.Next(5)),
        CutDelay = TimeSpan.FromMilliseconds(_random.Next(5)),
        MaxBatchTransactions = 1 + _random.Next(5),
        MaxUnfixedBatches = 1 + _random.Next(6),
        MaxLaneBatches = _random.Chance(0.2) ? 4 + _random.Next(8) : 256,
        MaxClockDrift = TimeSpan.FromSeconds(2),
    };

    /// <summary>At most f validators are faulty for good, and some of those that may join; each is a liar, or loses its log.</summary>
    private void DrawFaultyValidators()
    {
        for (int i = _random.Next(((_count - 1) / 3) + 1); i > 0; i--)
        {
            DrawFaulty(Free());
        }

        for (int i = _count; i < Institutions; i++)
        {
            if (_random.Chance(0.2))
            {
                DrawFaulty(i);
            }
        }
    }

    private void DrawFaulty(int validator)
    {
        FaultClass[] disk = [.. FaultClasses.Disk.Where(_classes.Contains)];
        FaultClass[] lies = [.. FaultClasses.Byzantine.Where(_classes.Contains)];
        if (disk.Length + lies.Length > 0)
        {
            if (lies.Length > 0 && (disk.Length == 0 || _random.Chance(0.7)))
            {
                _byzantine |= 1UL << validator;
                DrawLies(validator, lies);
                return;
            }

            FaultClass fault = _random.Pick(disk);
            if (fault == FaultClass.BitRot)
            {
                _damaged |= 1UL << validator;
            }
            else
            {
                _byzantine |= 1UL << validator; // It forgets what it signed.
            }

            long at = _random.NextInt64(_healAt / 2);
            _incidents.Add(new Incident.Process(at, at + 100 + _random.Next(600), fault, validator, _random.Next(2)));
        }
    }

    /// <summary>A liar tells some of the lies of this run, and half of them never end.</summary>
    private void DrawLies(int validator, FaultClass[] lies)
    {
        FaultClass first = _random.Pick(lies);
        foreach (FaultClass lie in lies.Where(l => l == first || _random.Chance(0.5)))
        {
            bool always = lie is FaultClass.Twins or FaultClass.Withholding || _random.Chance(0.5);
            long at = always ? 0 : _random.NextInt64(_healAt);
            long until = _random.Chance(0.5) ? Never : at + 100 + _random.Next(1_500);
            int rate = always && _random.Chance(0.5) ? 100 : 1 + _random.Next(50);
            _incidents.Add(new Incident.Lie(at, lie == FaultClass.Twins ? Never : until, lie, validator, rate, _random.NextUInt64()));
        }
    }

    private int Free()
    {
        int validator;
        do
        {
            validator = _random.Next(_count);
        }
        while ((((_byzantine | _damaged) >> validator) & 1) != 0);
        return validator;
    }

    private void DrawLinks()
    {
        foreach (FaultClass fault in FaultClasses.Network.Where(_classes.Contains))
        {
            for (int i = 1 + _random.Next(3); i > 0; i--)
            {
                DrawLink(fault);
            }
        }
    }

    private void DrawLink(FaultClass fault)
    {
        long at = _random.NextInt64(_healAt);
        long until = at + 50 + _random.Next(1_200);
        ulong some = _random.NextUInt64();
        switch (fault)
        {
            case FaultClass.Loss or FaultClass.Duplication or FaultClass.Replay or FaultClass.OldEpochs:
                _incidents.Add(new Incident.Link(at, until, fault, Some(), Some(), 1 + _random.Next(20), 1 + _random.Next(300)));
                break;
            case FaultClass.Delay:
                _incidents.Add(new Incident.Link(at, until, fault, Some(), Some(), 10 + _random.Next(90), 5 + _random.Next(200)));
                break;
            case FaultClass.Bandwidth:
                _incidents.Add(new Incident.Link(at, until, fault, Some(), Some(), 100, 5 + _random.Next(200)));
                break;
            case FaultClass.Clogging or FaultClass.OneWayPartition:
                _incidents.Add(new Incident.Link(at, until, fault, some, ~some, 100, 0));
                break;
            default:
                ulong side = fault == FaultClass.Isolation ? 1UL << _random.Next(Institutions) : some;
                _incidents.Add(new Incident.Link(at, until, fault, side, ~side, 100, 0));
                _incidents.Add(new Incident.Link(at, until, fault, ~side, side, 100, 0));
                break;
        }
    }

    private ulong Some() => _random.Chance(0.5) ? Everybody : _random.NextUInt64();

    private void DrawProcesses()
    {
        foreach (FaultClass fault in FaultClasses.Process.Where(_classes.Contains))
        {
            for (int i = 1 + _random.Next(6); i > 0; i--)
            {
                long at = _random.NextInt64(_healAt);
                long amount = fault == FaultClass.SlowDisk ? 5 + _random.Next(100) : 1 + _random.Next(20);
                _incidents.Add(new Incident.Process(at, at + 1 + _random.Next(600), fault, _random.Next(Institutions), amount));
            }
        }
    }

    private void DrawClocks()
    {
        foreach (FaultClass fault in FaultClasses.Clock.Where(_classes.Contains))
        {
            for (int i = 1 + _random.Next(3); i > 0; i--)
            {
                long at = fault == FaultClass.ClockSkew ? 0 : _random.NextInt64(_healAt);
                int reach = fault == FaultClass.ClockDrift ? 100 : 3_000;
                _incidents.Add(new Incident.Process(at, _healAt, fault, _random.Next(Institutions), _random.Next(-reach, reach)));
            }
        }
    }

    private void DrawChanges()
    {
        foreach (FaultClass fault in FaultClasses.Epochs.Where(_classes.Contains))
        {
            for (int i = 1 + _random.Next(2); i > 0; i--)
            {
                _incidents.Add(new Incident.Change(_random.NextInt64(_healAt), fault, (uint)_random.Next(1_000)));
            }
        }
    }

    private void DrawSubmissions(int requests)
    {
        int pace = 5 + _random.Next(40);
        long at = 0;
        FaultClass[] special = [FaultClass.None, .. FaultClasses.Client.Where(_classes.Contains)];
        while (requests > 0 && at < _healAt)
        {
            at += 1 + _random.Next(2 * pace);
            FaultClass fault = _random.Chance(0.6) ? FaultClass.None : _random.Pick(special);
            requests -= DrawSubmission(at, fault);
        }
    }

    private int DrawSubmission(long time, FaultClass fault)
    {
        long at = Math.Min(time, _healAt - 201); // Whatever is repeated later is repeated before the end.
        int places = Institutions + _incidents.Count(i => i.Class == FaultClass.Twins); // Clients find both copies of a validator.
        ulong one = 1UL << _random.Next(places);
        ulong other = 1UL << _random.Next(places);
        ClientRequest request = NewRequest();
        switch (fault)
        {
            case FaultClass.DuplicateTransactions:
                _incidents.Add(new Incident.Submission(at, fault, one, [request]));
                _incidents.Add(new Incident.Submission(at + _random.Next(200), fault, other, [request, request]));
                return 1;
            case FaultClass.ConflictingNonces:
                _incidents.Add(new Incident.Submission(at, fault, one, [request]));
                _incidents.Add(new Incident.Submission(at + _random.Next(50), fault, other, [request with { Content = 1 }]));
                return 1;
            case FaultClass.EveryLane:
                _incidents.Add(new Incident.Submission(at, fault, Everybody, [request]));
                return 1;
            case FaultClass.InvalidTransactions:
                _incidents.Add(new Incident.Submission(at, fault, one, [request with { Valid = false }]));
                return 1;
            case FaultClass.Bursts:
                ClientRequest[] burst = [request, .. Enumerable.Range(0, 5 + _random.Next(15)).Select(_ => NewRequest())];
                _incidents.Add(new Incident.Submission(at, fault, one, burst));
                return burst.Length;
            default:
                _incidents.Add(new Incident.Submission(at, fault, one, [request]));
                return 1;
        }
    }

    private ClientRequest NewRequest()
    {
        int client = _random.Next(Clients);
        return new ClientRequest(client, ++_nonces[client], 0, Valid: true);
    }
}
