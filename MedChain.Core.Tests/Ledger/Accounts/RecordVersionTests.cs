using System.Collections.Immutable;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts;

/// <summary>One record takes another one's place.</summary>
[TestFixture]
public sealed class RecordVersionTests
{
    private LedgerChain _chain = null!;
    private Person _patient = null!;
    private Person _nurse = null!;

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        _patient = _chain.RegisterPatient("patient");
        _nurse = new Person("nurse");
        _chain.Register(_nurse, AccountKind.Practitioner);
        _chain.Permit(_patient, Policies.Reading(_patient.On(_chain)));
    }

    [TearDown]
    public void Stop()
    {
        _patient.Dispose();
        _nurse.Dispose();
        _chain.Dispose();
    }

    [Test]
    public void New_version_stands_for_its_category_and_the_old_one_is_read_by_its_name()
    {
        Digest first = Store();
        Digest second = Store(first);
        Assert.That(Ask(), Is.EqualTo([second]));
        Assert.That(Ask(first), Is.EqualTo([first]));
        Assert.That(Ask(second), Is.EqualTo([second]));
        Assert.That((Entry(first).Shown, Entry(first).Next), Is.EqualTo((RecordStatus.Superseded, second)));
        Assert.That((Entry(second).Shown, Entry(second).Version, Entry(second).Previous), Is.EqualTo((RecordStatus.Live, 2, first)));
    }

    [Test]
    public void Version_counts_when_its_key_is_kept_and_not_before()
    {
        Digest first = Store();
        Digest second = Deal(first);
        _chain.Accept(_patient, second, 0, 1);
        Assert.That((Entry(first).Shown, Entry(second).Shown), Is.EqualTo((RecordStatus.Live, RecordStatus.Dealt)));
        Assert.That(Ask(), Is.EqualTo([first]));
        _chain.Accept(_patient, second, 2);
        Assert.That(Ask(), Is.EqualTo([second]));
    }

    [Test]
    public void Versions_that_were_stored_at_once_stand_behind_one_another()
    {
        Digest first = Store();
        Digest[] both = [Deal(first), Deal(first)];
        _chain.Accept(_patient, both[1], 0, 1, 2);
        _chain.Accept(_patient, both[0], 0, 1, 2);
        Assert.That(Ask(), Is.EqualTo([both[0]]));
        Assert.That(
            new[] { first, both[1], both[0] }.Select(r => (Entry(r).Version, Entry(r).Previous, Entry(r).Next)),
            Is.EqualTo([(1, default, both[1]), (2, first, both[0]), (3, both[1], default(Digest))]));
    }

    [Test]
    public void Only_the_newest_live_record_of_the_same_patient_is_followed()
    {
        Digest first = Store();
        Digest second = Store(first);
        Assert.That(Problem(first), Is.EqualTo($"Record {first} was superseded by {second}; store a new version of the newest."));
        Assert.That(Problem(Digest.Of([1])), Does.StartWith("The patient has no live record"));
        Assert.That(Problem(second, _chain.RegisterPatient("another")), Does.StartWith("The patient has no live record"));
        Assert.That(Problem(Deal()), Does.StartWith("The patient has no live record"), "its key is kept by too few");
    }

    [Test]
    public void Old_version_stays_superseded_when_the_newest_is_erased_and_may_be_followed_again()
    {
        Digest first = Store();
        Digest second = Store(first);
        _chain.Send(_patient, new OrderErasure(Digest.Of([1]), _patient.On(_chain), ErasureScope.Of(second), 1_000));
        Assert.That(Request(default).Outcome, Is.EqualTo(DecisionOutcome.NoSuchRecord));
        Assert.That((Ask(first), Entry(first).Shown), Is.EqualTo((ImmutableArray.Create(first), RecordStatus.Superseded)));
        Digest third = Store(first);
        Assert.That(Ask(), Is.EqualTo([third]));
        Assert.That((Entry(third).Version, Entry(third).Previous), Is.EqualTo((3, second)));
    }

    [Test]
    public void Policies_see_whether_a_record_was_superseded()
    {
        Digest first = Store();
        Digest second = Store(first);
        _chain.Permit(_patient, "forbid (principal, action, resource) when { resource.superseded && resource.version == 1 };");
        Assert.That(Request(first).Outcome, Is.EqualTo(DecisionOutcome.Forbidden));
        Assert.That(Ask(second), Is.EqualTo([second]));
    }

    [Test]
    public void Label_above_closes_and_catches_what_stands_below_it()
    {
        Digest open = Store();
        Digest closed = Store(default, "PSY");
        _chain.Permit(_patient, "forbid (principal, action, resource) when { resource.labels.contains(\"BH\") };");
        Assert.That(Ask(), Is.EqualTo([open]));
        _chain.Send(_patient, new OrderErasure(Digest.Of([1]), _patient.On(_chain), ErasureScope.Class("", "SPI"), 1_000));
        Assert.That((Entry(open).Status, Entry(closed).Status), Is.EqualTo((RecordStatus.Live, RecordStatus.Erasing)));
    }

    [Test]
    public void Request_names_a_category_or_a_record_and_not_both()
    {
        foreach (AccessDetails wrong in new[]
        {
            new AccessDetails("read", "TREAT", "", "", _nurse.Acting(_chain)),
            new AccessDetails("read", "TREAT", "laboratory", "", _nurse.Acting(_chain), Digest.Of([1])),
        })
        {
            Attachment details = Attachment.Create(wrong);
            Assert.That(
                _chain.Send(_nurse, new RequestAccess(Digest.Of([2]), _patient.On(_chain), details.Commitment), details).Reason,
                Does.EndWith("either a category or a record."));
        }
    }

    private Digest Store(Digest previous = default, params string[] labels)
    {
        Digest record = Deal(previous, labels);
        _chain.Accept(_patient, record, 0, 1, 2);
        return record;
    }

    private Digest Deal(Digest previous = default, params string[] labels)
    {
        Assert.That(Problem(previous, _patient, out Digest record, labels), Is.Empty);
        return record;
    }

    private string Problem(Digest previous, Person? owner = null) => Problem(previous, owner ?? _patient, out _);

    private string Problem(Digest previous, Person owner, out Digest record, params string[] labels)
    {
        DealtRecord dealt = _chain.Deal(owner, [], new RecordDescription("laboratory") { Labels = [.. labels] }, previous);
        record = dealt.Command.Record;
        return _chain.Send(owner, dealt.Command, dealt.Manifest, dealt.KeyHeader).Reason;
    }

    private ImmutableArray<Digest> Ask(Digest record = default) => Request(record).Records;

    private DecisionEntry Request(Digest record)
    {
        var request = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment details = Attachment.Create(
            new AccessDetails("read", "TREAT", record.IsZero ? "laboratory" : "", "", _nurse.Acting(_chain), record));
        _chain.Send(_nurse, new RequestAccess(request, _patient.On(_chain), details.Commitment), details);
        return _chain.State.Get<DecisionEntry>(StateKey.Decision(request))!;
    }

    private RecordEntry Entry(Digest record) => _chain.State.Get<RecordEntry>(StateKey.Record(_patient.On(_chain), record))!;
}
