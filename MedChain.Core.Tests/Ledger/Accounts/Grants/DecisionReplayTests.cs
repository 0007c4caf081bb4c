using CsCheck;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.Grants;

/// <summary>Old decisions made again.</summary>
[TestFixture]
public sealed class DecisionReplayTests
{
    private GrantFixture _its = null!;

    [SetUp]
    public void Start() => _its = new GrantFixture();

    [TearDown]
    public void Stop() => _its.Dispose();

    [Test]
    public void Decision_is_the_same_again_after_everything_changed()
    {
        Digest counted = _its.Permit(Policies.ReadingCounted(_its.Patient, 2));
        Digest[] requests = [.. Enumerable.Range(0, 3).Select(_ => _its.Request(_its.Nurse)), _its.Request(_its.Nurse, "HRESCH")];
        _its.TryReplace(_its.PatientKeys, counted, new PolicyDocument(_its.Reading(_its.Doctor)));
        _its.Chain.StoreRecord(_its.PatientKeys);
        _its.Revoke(RevocationKind.Everything);
        _its.Chain.Time += 1_000_000;
        Assert.That(requests.Select(r => Replay(r, out _)!.Decision.Outcome), Is.EqualTo(
            [DecisionOutcome.Permitted, DecisionOutcome.Permitted, DecisionOutcome.NotPermitted, DecisionOutcome.NotPermitted]));
        Assert.That(requests.Select(r => Replay(r, out _)!.Agrees(Entry(r))), Is.All.True);
    }

    [Test]
    public void Explanation_has_each_permission_as_it_was()
    {
        Digest grant = _its.Permit(_its.Reading(_its.Doctor, annotations: "@id(\"the doctor\")"));
        Digest request = _its.Request(_its.Doctor);
        _its.TryReplace(_its.PatientKeys, grant, new PolicyDocument(_its.Reading(_its.Nurse)));
        var said = Replay(request, out _)!.Explain().Single();
        Assert.That((said.Grant.Entry.Version, said.Explanation!.Decision.Allowed), Is.EqualTo((1, true)));
        Assert.That(said.Explanation.ToText(), Does.Contain("the doctor"));
    }

    [Test]
    public void Other_basis_does_not_agree()
    {
        _its.Permit(_its.Reading(_its.Doctor));
        Digest request = _its.Request(_its.Doctor);
        DecisionBasis basis = Basis(request);
        ConsideredGrant grant = basis.Grants.Single();
        DecisionBasis later = basis with { Grants = [grant with { Entry = grant.Entry with { Standing = GrantStanding.Revoked } }] };
        DecisionReplayer replayer = DecisionReplayer.TryReplay("hospital", _its.Patient, Details(request), later, Blob, out _)!;
        Assert.That((replayer.Decision.Outcome, replayer.Agrees(Entry(request))), Is.EqualTo((DecisionOutcome.Revoked, false)));
    }

    [Test]
    public void Erased_policy_or_record_is_said_and_not_guessed()
    {
        _its.Permit(_its.Reading(_its.Doctor));
        Digest request = _its.Request(_its.Doctor);
        foreach (Digest attachment in Basis(request).Attachments)
        {
            ReadOnlyMemory<byte> Without(Digest asked) => asked == attachment ? default : Blob(asked);
            Assert.That(
                DecisionReplayer.TryReplay("hospital", _its.Patient, Details(request), Basis(request), Without, out string? problem),
                Is.Null);
            Assert.That(problem, Does.Contain(attachment.ToString()));
        }
    }

    [Test]
    public void Two_validators_derive_the_same_basis()
    {
        _its.Permit(_its.Reading(_its.Doctor));
        Digest request = _its.Request(_its.Doctor);
        LedgerExecutor other = _its.Chain.NewExecutor(new(), _its.Chain.Blobs);
        foreach (LedgerChain.Block block in _its.Chain.Blocks)
        {
            other.ExecuteAsync(block.Header.Height, block.Header.Time, block.Header.Epoch, block.Transactions, default)
                .AsTask().GetAwaiter().GetResult();
        }

        Assert.That(other.Current.Read().Get<DecisionEntry>(StateKey.Decision(request))!.Basis, Is.EqualTo(Entry(request).Basis));
    }

    /// <summary>What decides again is what decided: for any history.</summary>
    [Test]
    public void Replays_agree_over_random_histories() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 2], Gen.Int[0, 9]).Array[5, 25].Sample(
            steps =>
            {
                using var its = new GrantFixture();
                Person[] people = [its.Doctor, its.Nurse, its.Visitor];
                var grants = new List<Digest>();
                var requests = new List<Digest>();
                foreach ((int step, int who, int which) in steps)
                {
                    switch (step)
                    {
                        case 0:
                            string text = its.Reading(people[who], "context.grant.uses < 2", "@consume(\"grant.uses\")");
                            grants.Add(its.Permit(text, which % 3));
                            break;
                        case 1 when grants.Count > 0:
                            its.TryReplace(its.PatientKeys, grants[which % grants.Count], new PolicyDocument(its.Reading(people[who])));
                            break;
                        case 2 when grants.Count > 0:
                            its.TryDelegate(
                                people[who], grants[which % grants.Count],
                                new PolicyDocument(its.Reading(people[(who + 1) % 3]), 0, GrantFixture.End), out _);
                            break;
                        case 3 when grants.Count > 0 && which < 4:
                            its.Revoke(RevocationKind.Grant, grants[which % grants.Count]);
                            break;
                        case 4 when which == 0:
                            its.Revoke(RevocationKind.Grantee, type: "Role", id: "ward-7");
                            break;
                        default:
                            requests.Add(its.Request(people[who]));
                            break;
                    }
                }

                foreach (Digest request in requests)
                {
                    Assert.That(its.Replay(request, out _)!.Agrees(its.Entry(request)), $"{its.Entry(request).Outcome}");
                }
            },
            iter: 40);

    private DecisionReplayer? Replay(Digest request, out string? problem) => _its.Replay(request, out problem);

    private DecisionEntry Entry(Digest request) => _its.Entry(request);

    private DecisionBasis Basis(Digest request) => _its.Read<DecisionBasis>(Entry(request).Basis);

    private AccessDetails Details(Digest request) => _its.Read<AccessDetails>(Entry(request).Details);

    private ReadOnlyMemory<byte> Blob(Digest commitment) => _its.Blob(commitment);
}
