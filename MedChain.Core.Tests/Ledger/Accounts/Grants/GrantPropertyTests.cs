using CsCheck;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.Grants;

/// <summary>Whatever is set, replaced, passed on, revoked and asked in whatever order, decisions are those of a model that knows neither
/// Cedar nor a state: no revoked grant is used, no counter passes its limit, no delegate gets more than who delegates.</summary>
[TestFixture]
public sealed class GrantPropertyTests
{
    private const int People = 3;

    private static readonly Gen<(int Step, int Who, int Whom, int Which, int Number)[]> Runs =
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, People - 1], Gen.Int[0, People - 1], Gen.Int[0, 30], Gen.Int[0, 3]).Array[10, 60];

    [Test]
    public void Decisions_are_those_of_the_model() => Runs.Sample(steps =>
    {
        using var run = new Run();
        foreach ((int step, int who, int whom, int which, int number) in steps)
        {
            run.Do(step, who, whom, which, number);
        }

        run.CheckUses();
    }, iter: 40);

    /// <summary>A grant as the model knows it: whom it permits, whether labelled records too, how often, and how deep it goes.</summary>
    private sealed class Model
    {
        public required Digest Id { get; init; }

        public required int Whom { get; set; }

        public required bool Labelled { get; set; }

        public required int Limit { get; set; }

        public required int Depth { get; set; }

        public required int Since { get; init; }

        public Model? Parent { get; init; }

        public int Author { get; init; } = -1;

        public long Until { get; init; } = long.MaxValue;

        public int Uses { get; set; }

        public bool Dead { get; set; }

        public bool Counts => Limit > 0;
    }

    private sealed class Run : IDisposable
    {
        private readonly GrantFixture _its = new();
        private readonly Person[] _people;
        private readonly List<Model> _grants = [];
        private readonly List<(int Whom, int Step)> _bans = [];
        private readonly Digest _labelled;
        private int _step;

        public Run()
        {
            _people = [_its.Doctor, _its.Nurse, _its.Visitor];
            _labelled = _its.Chain.StoreRecord(_its.PatientKeys, "laboratory", "PSY");
        }

        public void Do(int step, int who, int whom, int which, int number)
        {
            _step++;
            Model? grant = _grants.Count == 0 ? null : _grants[which % _grants.Count];
            switch (step)
            {
                case 0 or 1:
                    Set(whom, number, which);
                    break;
                case 2 when grant is { Parent: null, Dead: false }:
                    Replace(grant, whom, number, which);
                    break;
                case 3 when grant is not null:
                    Revoke(grant);
                    break;
                case 4 when number == 0:
                    _its.Revoke(RevocationKind.Grantee, type: "Clinician", id: _people[whom].On(_its.Chain).ToString());
                    _bans.Add((whom, _step));
                    break;
                case 5 when number == 0 && who == 0:
                    _its.Revoke(RevocationKind.Everything);
                    _grants.ForEach(g => g.Dead = true);
                    break;
                case 6 or 7 when grant is not null:
                    Delegate(grant, whom, number, which);
                    break;
                case 8 when number == 0:
                    _its.Chain.Time += 40_000;
                    break;
                default:
                    Ask(who);
                    break;
            }
        }

        public void CheckUses()
        {
            foreach (Model grant in _grants)
            {
                Assert.That(_its.Grant(grant.Id).Uses, Is.EqualTo(grant.Uses));
                Assert.That(grant.Uses, Is.InRange(0, 3));
            }
        }

        public void Dispose() => _its.Dispose();

        private string Text(int whom, bool labelled, int limit) => _its.Reading(
            _people[whom],
            $"{(labelled ? "true" : "!resource.labels.contains(\"PSY\")")} && {(limit > 0 ? $"context.grant.uses < {limit}" : "true")}",
            limit > 0 ? """@consume("grant.uses")""" : "");

        private void Set(int whom, int number, int which)
        {
            int depth = which % 3;
            bool labelled = which % 2 == 0;
            _grants.Add(new Model
            {
                Id = _its.Permit(Text(whom, labelled, number), depth),
                Whom = whom,
                Labelled = labelled,
                Limit = number,
                Depth = depth,
                Since = _step,
            });
        }

        private void Replace(Model grant, int whom, int number, int which)
        {
            bool labelled = which % 2 == 0;
            Receipt receipt = _its.TryReplace(_its.PatientKeys, grant.Id, new PolicyDocument(Text(whom, labelled, number), which % 3));
            Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Applied), receipt.Reason);
            (grant.Whom, grant.Labelled, grant.Limit, grant.Depth) = (whom, labelled, number, which % 3);
        }

        private void Revoke(Model grant)
        {
            _its.Revoke(RevocationKind.Grant, grant.Id);
            grant.Dead = true;
        }

        private void Delegate(Model parent, int whom, int number, int which)
        {
            int author = parent.Whom;
            int depth = which % 2;
            bool labelled = which % 3 == 0;
            long until = Math.Min(_its.Chain.Time + 100_000, parent.Until);
            int others = _grants.Count(
                g => g.Parent is not null && g.Author == author && _its.Grant(g.Id).Standing != GrantStanding.Revoked);
            bool mayPass = !parent.Dead && depth < parent.Depth && Opens(parent, author).Length > 0 && until > _its.Chain.Time
                && others < DelegationRules.MaxGrantsOfAuthor;
            Receipt receipt = _its.TryDelegate(
                _people[author], parent.Id, new PolicyDocument(Text(whom, labelled, number), depth, until), out Digest id);
            Assert.That(receipt.Status == ReceiptStatus.Applied, Is.EqualTo(mayPass), receipt.Reason);
            if (mayPass)
            {
                _grants.Add(new Model
                {
                    Id = id,
                    Whom = whom,
                    Labelled = labelled,
                    Limit = number,
                    Depth = depth,
                    Since = _step,
                    Parent = parent,
                    Author = author,
                    Until = until,
                });
            }
        }

        private void Ask(int who)
        {
            (Model Grant, Digest[] Opens)[] ways = [.. _grants.Select(g => (g, Opens(g, who))).Where(w => w.Item2.Length > 0)];
            DecisionEntry decision = _its.Decide(_people[who]);
            Assert.That(decision.Outcome == DecisionOutcome.Permitted, Is.EqualTo(ways.Length > 0), $"{decision.Outcome}");
            if (ways.Length == 0)
            {
                return;
            }

            (Model used, Digest[] opens) = ways.Single(w => w.Grant.Id == decision.Grant);
            Assert.That(decision.Records, Is.EquivalentTo(opens));
            Assert.That(Chain(used).Count(g => g.Counts), Is.EqualTo(ways.Min(w => Chain(w.Grant).Count(g => g.Counts))));
            foreach (Model link in Chain(used).Where(g => g.Counts))
            {
                link.Uses++;
            }
        }

        private static IEnumerable<Model> Chain(Model grant)
        {
            for (Model? at = grant; at is not null; at = at.Parent)
            {
                yield return at;
            }
        }

        /// <summary>What a grant opens to somebody, and so to everybody above her.</summary>
        private Digest[] Opens(Model grant, int who)
        {
            int below = 0;
            bool labelled = true;
            int asker = who;
            foreach (Model link in Chain(grant))
            {
                bool holds = !link.Dead && link.Whom == asker && link.Depth >= below && link.Until > _its.Chain.Time
                    && !(link.Counts && link.Uses >= link.Limit)
                    && !_bans.Exists(b => b.Whom == asker && b.Step >= link.Since);
                if (!holds)
                {
                    return [];
                }

                labelled &= link.Labelled;
                asker = link.Author;
                below++;
            }

            return labelled ? [_its.Record, _labelled] : [_its.Record];
        }
    }
}
