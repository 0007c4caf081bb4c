using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts;

/// <summary>Who reads a log is in the log, also who may not.</summary>
[TestFixture]
public sealed class TrailReadingTests
{
    private LedgerChain _chain = null!;
    private Person _patient = null!;
    private Person _nurse = null!;
    private Person _auditor = null!;

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        _patient = _chain.RegisterPatient("patient");
        _nurse = new Person("nurse");
        _auditor = new Person("auditor");
        _chain.Register(_nurse, AccountKind.Practitioner);
        _chain.Register(_auditor, AccountKind.Auditor);
    }

    [TearDown]
    public void Stop()
    {
        _chain.Dispose();
        _patient.Dispose();
        _nurse.Dispose();
        _auditor.Dispose();
    }

    [Test]
    public void Readings_of_the_patient_and_of_an_auditor_are_in_the_log()
    {
        foreach (Person reader in new[] { _patient, _auditor })
        {
            LedgerEvent read = Read(reader, out Digest reading).Events.Single();
            Assert.That((read.Kind, read.Subject, read.Reference), Is.EqualTo((LedgerEventKind.TrailRead, _patient.On(_chain), reading)));
            TrailReadingEntry entry = _chain.State.Get<TrailReadingEntry>(StateKey.TrailReading(reading))!;
            Assert.That((entry.Reader, entry.Allowed), Is.EqualTo((reader.On(_chain), true)));
        }
    }

    [Test]
    public void Attempt_of_anybody_else_is_in_the_log_and_opens_nothing()
    {
        foreach (Person reader in new[] { _nurse, _chain.RegisterPatient("neighbour") })
        {
            Receipt receipt = Read(reader, out Digest reading);
            Assert.That(receipt.Events.Single().Kind, Is.EqualTo(LedgerEventKind.TrailRefused));
            Assert.That(_chain.State.Get<TrailReadingEntry>(StateKey.TrailReading(reading))!.Allowed, Is.False);
        }
    }

    [Test]
    public void Reading_has_a_registered_reader_a_patient_a_purpose_and_its_own_name()
    {
        using var stranger = new Person("stranger");
        Assert.That(Read(stranger, out _).Reason, Does.Contain("is not registered"));
        Assert.That(Read(_auditor, out _, patient: _nurse).Reason, Does.Contain("is no registered patient"));
        Assert.That(Read(_auditor, out _, purpose: "").Reason, Does.Contain("names its purpose"));
        Assert.That(Read(_auditor, out _, by: _nurse).Reason, Does.Contain("acts in its own name"));
        Read(_auditor, out Digest reading);
        Assert.That(Read(_auditor, out _, same: reading).Reason, Does.Contain("exists already"));
    }

    private Receipt Read(
        Person reader, out Digest reading, Person? patient = null, string purpose = "HCOMPL", Person? by = null, Digest? same = null)
    {
        reading = same ?? new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment details = Attachment.Create(
            new TrailReadingDetails((by ?? reader).Acting(_chain), purpose, IsExport: false, default));
        return _chain.Send(reader, new ReadTrail(reading, (patient ?? _patient).On(_chain), details.Commitment), details);
    }
}
