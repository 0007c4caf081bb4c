using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Tasks;

/// <summary>One task in a world that goes wrong by a seed, and what must hold whatever happens.</summary>
internal sealed class TaskWorld : IDisposable
{
    private const int Chains = 2;
    private const byte Lie = 200;

    private readonly TaskFixture _net = new();
    private readonly Random _random;
    private readonly int _liar;
    private readonly Digest _task;
    private readonly List<(Person Person, int Chain, Digest Grant)> _patients = [];

    /// <summary>All proofs that were ever under way, with the chain they are for: −1 is the transaction chain.</summary>
    private readonly List<(ChainProof Proof, int Target)> _underWay = [];

    private readonly Dictionary<int, HashSet<AccountId>> _included = [];
    private readonly HashSet<AccountId> _left = [];

    /// <summary>Who had left when a chain confirmed a round.</summary>
    private readonly Dictionary<(int Chain, int Round), HashSet<AccountId>> _leftBefore = [];

    private readonly HashSet<int> _erased = [];
    private int _releases;

    public TaskWorld(int seed)
    {
        _random = new Random(seed);
        _liar = _random.Next(3);
        for (int i = 0; i < 6; i++)
        {
            int chain = i % Chains;
            LedgerChain ledger = _net.Accounts[chain];
            Person person = ledger.RegisterPatient($"patient {i}");
            ledger.StoreRecord(person, "clinical");
            _patients.Add((person, chain, ledger.Permit(person, Policies.Research(person.On(ledger), _random.Next(1, 5), uses: 1))));
        }

        _task = _net.ProposeAndJoin(minimumCohort: _random.Next(2, 4));
    }

    public TaskEntry Task => _net.Entry(_task);

    public void Dispose() => _net.Dispose();

    public void Step()
    {
        switch (_random.Next(12))
        {
            case 0 or 1 or 2 or 3:
                Send();
                break;
            case 4 or 5:
                Deliver();
                break;
            case 6:
                Forge();
                break;
            case 7 or 8 or 9:
                Execute(_random.Next(3), honest: false);
                break;
            case 10 when _random.Next(4) == 0:
                Leave();
                break;
            case 11 when _random.Next(6) == 0:
                Jump();
                break;
        }

        Observe();
    }

    /// <summary>From here on the relay carries what there is, executors do their part, and nobody leaves.</summary>
    public void FinishHonestly()
    {
        for (int step = 0; step < 400 && Task.Phase != TaskPhase.Closed; step++)
        {
            for (int chain = 0; chain < Chains; chain++)
            {
                Receive(_net.Tasks.Prove(StateKey.Task(_task)), chain);
                if (_net.Answer(chain, _task) is not null)
                {
                    Receive(_net.Accounts[chain].Prove(StateKey.Task(_task)), -1);
                }
            }

            for (int executor = 0; executor < 3; executor++)
            {
                Execute(executor, honest: true);
                Observe();
            }
        }
    }

    /// <summary>A use of each patient's only grant is consumed exactly when a result that includes her was released.</summary>
    public void CheckUses()
    {
        HashSet<AccountId> counted = Task.Outcome == TaskOutcome.Released ? _included[Task.Round] : [];
        foreach ((Person person, int chain, Digest grant) in _patients)
        {
            AccountId patient = person.On(_net.Accounts[chain]);
            long uses = _net.Accounts[chain].State.Get<GrantEntry>(StateKey.Grant(patient, grant))!.Uses;
            Assert.That(uses, Is.EqualTo(counted.Contains(patient) ? 1 : 0));
            Assert.That(_net.Accounts[chain].State.Scan<TaskMember>(StateKey.TaskMembers), Is.Empty);
        }
    }

    /// <summary>Proves the present; the proof may be delivered at once, later, often, or never.</summary>
    private void Send()
    {
        int chain = _random.Next(Chains);
        bool toTasks = _random.Next(2) == 0 && _net.Answer(chain, _task) is not null;
        (ChainProof, int) proof = toTasks
            ? (_net.Accounts[chain].Prove(StateKey.Task(_task)), -1)
            : (_net.Tasks.Prove(StateKey.Task(_task)), chain);
        _underWay.Add(proof);
        if (_random.Next(3) > 0)
        {
            Receive(proof.Item1, proof.Item2);
        }
    }

    private void Deliver()
    {
        if (_underWay.Count > 0)
        {
            (ChainProof proof, int target) = _underWay[_random.Next(_underWay.Count)];
            Receive(proof, _random.Next(8) == 0 ? _random.Next(-1, Chains) : target);
        }
    }

    private Receipt Receive(ChainProof proof, int target) =>
        (target < 0 ? _net.Tasks : _net.Accounts[target]).Send(_net.Researcher, new DeliverProof(proof));

    private void Forge()
    {
        if (_underWay.Count == 0)
        {
            return;
        }

        (ChainProof proof, int target) = _underWay[_random.Next(_underWay.Count)];
        var fact = (ChainFact.StateEntry)proof.Fact;
        byte[] value = fact.Value.ToArray();
        value[_random.Next(value.Length)] ^= (byte)(1 << _random.Next(8));
        ChainProof forged = _random.Next(4) switch
        {
            0 => proof with { Fact = fact with { Value = value } },
            1 => proof with { Header = proof.Header with { StateRoot = Digest.Of(value) } },
            2 => proof with { Seal = proof.Seal with { Signatures = proof.Seal.Signatures.RemoveAt(0) } },
            _ => proof with { Fact = fact with { Value = Better(fact.Value) } },
        };
        Assert.That(Receive(forged, target).Status, Is.EqualTo(ReceiptStatus.Refused));
    }

    /// <summary>What a forger would like to have proved.</summary>
    private static byte[] Better(ReadOnlyMemory<byte> value) => Canonical.TryDecode(value, out TaskAnswer? answer, out _)
        ? Canonical.Encode(answer with { Stage = AnswerStage.Confirmed, Count = answer.Count + 1 })
        : Canonical.Encode(Canonical.Decode<TaskEntry>(value) with { Phase = TaskPhase.Closed, Outcome = TaskOutcome.Withheld });

    private void Execute(int executor, bool honest)
    {
        TaskEntry task = Task;
        ExecutorEntry own = task.Executors[executor];
        byte found = executor == _liar && !honest ? Lie : (byte)task.Round;
        if (task.Phase == TaskPhase.Staged && own.IsComputing)
        {
            _net.Submit(_task, executor, found);
        }
        else if (task.Phase == TaskPhase.Releasing && own.Finding is not null)
        {
            bool released = _net.Release(_task, executor, found).Status == ReceiptStatus.Applied;
            _releases += released ? 1 : 0;
            Assert.That(!released || found != Lie, "what was agreed, or nothing");
        }
        else if (!honest && _random.Next(30) == 0)
        {
            _net.Tasks.Send(_net.ExecutorsOf(_task)[executor], new AbandonTask(_task));
        }
        else if (_net.Erase(_task, executor).Status == ReceiptStatus.Applied)
        {
            _erased.Add(executor);
        }
    }

    private void Leave()
    {
        (Person person, int chain, Digest grant) = _patients[_random.Next(_patients.Count)];
        if (_net.Accounts[chain].Send(person, new RevokeGrant(grant)).Status == ReceiptStatus.Applied)
        {
            _left.Add(person.On(_net.Accounts[chain]));
        }
    }

    private void Jump()
    {
        _net.Tasks.Time += _random.Next(600_000);
        _net.Tasks.Send(_net.Researcher, new ExpireTask(_task));
    }

    private void Observe()
    {
        TaskEntry task = Task;
        if (task.Phase == TaskPhase.Staged)
        {
            _included.TryAdd(task.Round, [.. Enumerable.Range(0, Chains)
                .SelectMany(chain => _net.Decisions(chain, _task).Rows)
                .Where(r => r.Outcome == DecisionOutcome.Permitted)
                .Select(r => r.Patient)]);
            Assert.That(_included[task.Round], Has.Count.GreaterThanOrEqualTo(task.Request.MinimumCohort));
        }

        for (int chain = 0; chain < Chains; chain++)
        {
            if (_net.Answer(chain, _task) is { Stage: AnswerStage.Confirmed } answer)
            {
                _leftBefore.TryAdd((chain, answer.Round), [.. _left]);
            }
        }

        if (task.Outcome == TaskOutcome.Released)
        {
            Assert.That(_releases, Is.EqualTo(1), "released once");
            Assert.That(task.Result, Is.EqualTo(Digest.Of([(byte)task.Round])), "the honest result of the last round");
            for (int chain = 0; chain < Chains; chain++)
            {
                HashSet<AccountId> left = _leftBefore[(chain, task.Round)];
                Assert.That(
                    _patients.Where(p => p.Chain == chain).Select(p => p.Person.On(_net.Accounts[chain])).Where(left.Contains),
                    Has.None.Matches<AccountId>(_included[task.Round].Contains));
            }
        }

        if (task.Phase > TaskPhase.Deleting && task.IsDeleted)
        {
            Assert.That(Enumerable.Range(0, 3).Where(i => task.Executors[i].IsAsked), Is.SubsetOf(_erased));
        }

        if (task.Phase == TaskPhase.Closed)
        {
            Assert.That(
                Enumerable.Range(0, Chains).Select(chain => (_net.Answer(chain, _task)!.Stage, _net.Answer(chain, _task)!.Outcome)),
                Is.All.EqualTo((AnswerStage.Recorded, task.Outcome)));
        }
    }
}
