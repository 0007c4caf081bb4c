using MedChain.Core.Contracts;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.People;

/// <summary>A chain with a patient, a nurse, and people around the patient.</summary>
public abstract class PeopleFixture
{
    private protected LedgerChain Chain { get; private set; } = null!;

    private protected Person Patient { get; private set; } = null!;

    private protected Person Nurse { get; private set; } = null!;

    private protected AccountId PatientId => Patient.On(Chain);

    [SetUp]
    public void StartChain()
    {
        Chain = new LedgerChain(ChainKind.Account, "hospital");
        Patient = Chain.RegisterPatient("patient");
        Nurse = Register("nurse", AccountKind.Practitioner, "ward-7");
    }

    [TearDown]
    public void StopChain()
    {
        Patient.Dispose();
        Nurse.Dispose();
        Chain.Dispose();
    }

    private protected PersonEntry Entry => PersonEntry.Of(Chain.State, PatientId);

    private protected Person Register(string name, AccountKind kind, params string[] roles)
    {
        Person person = Chain.Own(new Person(name));
        Assert.That(Chain.Register(person, kind, roles).Status, Is.EqualTo(ReceiptStatus.Applied));
        return person;
    }

    private protected Person[] Guardians(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Register($"guardian {i}", AccountKind.Guardian))];

    private protected AccountGroup Group(int needed, params Person[] members) =>
        AccountGroup.Of(needed, members.Select(m => m.On(Chain)));

    private protected static void Apply(Receipt receipt) =>
        Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Applied), receipt.Reason);

    private protected static void Refuse(Receipt receipt, string reason)
    {
        Assert.That(receipt.Status, Is.Not.EqualTo(ReceiptStatus.Applied));
        Assert.That(receipt.Reason, Does.Contain(reason));
    }

    /// <summary>Sends a grant for a ward.</summary>
    private protected Receipt PermitFor(Person guardian, string policies, out Digest grant)
    {
        grant = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment policy = Attachment.Create(new PolicyDocument(policies));
        return Chain.Send(guardian, new ActFor(PatientId, new SetGrant(grant, policy.Commitment)), policy);
    }

    /// <summary>Somebody consents to what she sees.</summary>
    private protected Receipt Consent(Person member, AccountId patient, Digest subject, bool given = true)
    {
        Digest seen = Chain.State.Get<GrantEntry>(StateKey.Grant(patient, subject))?.Policy ?? default;
        return Chain.Send(member, new GiveConsent(patient, subject, seen, given));
    }

    private protected DecisionOutcome Ask(Person? asker = null) => Ask(asker ?? Nurse, out _);

    private protected DecisionOutcome Ask(Person asker, out Digest request)
    {
        request = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment details = Attachment.Create(new AccessDetails("read", "TREAT", "laboratory", "", asker.Acting(Chain)));
        Receipt receipt = Chain.Send(asker, new RequestAccess(request, PatientId, details.Commitment), details);
        Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Applied), receipt.Reason);
        return Chain.State.Get<DecisionEntry>(StateKey.Decision(request))!.Outcome;
    }

    /// <summary>What a task that computes would be told.</summary>
    private protected DecisionOutcome Compute(Person researcher)
    {
        var context = new LedgerContext(Chain.Executor.Current.Height, Chain.Time, epoch: 0, attachment =>
            Chain.Blobs.TryGetAsync(attachment, default).AsTask().GetAwaiter().GetResult() ?? default);
        var question = new PermissionQuestion(
            researcher.On(Chain), AccountKind.Researcher, [], "compute", "HRESCH", "laboratory", "", "mean", Cohort: 20);
        return new PermissionDecider(Chain.Genesis.Name, new ContractVmOptions()).Decide(Chain.State, context, PatientId, question).Outcome;
    }

    private protected string Research => $$"""
        permit (principal, action == Action::"compute", resource)
        when { resource.patient == {{PermissionRequest.PatientUid(PatientId)}} };
        """;

    private protected string? ReleaseProblem(Digest request) => PermitStanding.ProblemOf(
        Chain.State, request, Chain.State.Get<DecisionEntry>(StateKey.Decision(request))!, Chain.Time);
}
