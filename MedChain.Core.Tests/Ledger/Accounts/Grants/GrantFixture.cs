using MedChain.Core.Contracts;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Ledger.Tasks;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts.Grants;

/// <summary>A chain with a patient who has a record, and with clinicians.</summary>
internal sealed class GrantFixture : IDisposable
{
    /// <summary>The state with grants that the rules did not see.</summary>
    private LedgerState? _forced;

    public GrantFixture()
    {
        PatientKeys = Chain.RegisterPatient("patient");
        Record = Chain.StoreRecord(PatientKeys);
        Doctor = Clinician("doctor", "ward-7");
        Nurse = Clinician("nurse", "ward-7");
        Visitor = Clinician("visitor", "ward-8");
    }

    /// <summary>When delegations end, unless a test says otherwise.</summary>
    public const long End = 1_800_001_000_000;

    public LedgerChain Chain { get; } = new(ChainKind.Account, "hospital");

    public Person PatientKeys { get; }

    public AccountId Patient => PatientKeys.On(Chain);

    public Digest Record { get; }

    public Person Doctor { get; }

    public Person Nurse { get; }

    public Person Visitor { get; }

    public static Digest Random() => new(SecureRandom.Bytes(Digest.Size));

    public void Dispose()
    {
        PatientKeys.Dispose();
        Chain.Dispose();
    }

    public Person Clinician(string name, params string[] roles)
    {
        Person person = Chain.Own(new Person(name));
        Chain.Register(person, AccountKind.Practitioner, roles);
        return person;
    }

    public string Name(Person person) => AccountEntity.Of(AccountKind.Practitioner, person.On(Chain)).ToString();

    /// <summary>Lets one clinician read for treatment.</summary>
    public string Reading(Person person, string condition = "true", string annotations = "") =>
        Policies.Reading(Patient, $"principal == {Name(person)} && {condition}", annotations);

    public Digest Permit(string text, int depth = 0) => Permit(new PolicyDocument(text, depth));

    public Digest Permit(PolicyDocument document)
    {
        Receipt receipt = Chain.TryPermit(PatientKeys, document, out Digest grant);
        Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Applied), receipt.Reason);
        return grant;
    }

    public GrantEntry Grant(Digest grant) => Chain.State.Get<GrantEntry>(StateKey.Grant(Patient, grant))!;

    public DecisionOutcome Ask(Person asker, string purpose = "TREAT") => Decide(asker, purpose).Outcome;

    public DecisionEntry Decide(Person asker, string purpose = "TREAT", string category = "laboratory")
    {
        Digest request = Request(asker, purpose, category);
        return Chain.State.Get<DecisionEntry>(StateKey.Decision(request))!;
    }

    public Digest Request(Person asker, string purpose = "TREAT", string category = "laboratory")
    {
        Attachment details = Attachment.Create(new AccessDetails("read", purpose, category, "", asker.Acting(Chain)));
        Digest request = Random();
        Receipt receipt = Chain.Send(asker, new RequestAccess(request, Patient, details.Commitment), details);
        Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Applied), receipt.Reason);
        return request;
    }

    public Receipt TryReplace(Person sender, Digest grant, PolicyDocument document, BlockHeight from = default, Digest? previous = null)
    {
        Attachment policy = Attachment.Create(document);
        return Chain.Send(
            sender, new ReplaceGrant(Patient, grant, previous ?? Grant(grant).At(Next).Policy, policy.Commitment, from), policy);
    }

    /// <summary>The height of the next block.</summary>
    public BlockHeight Next => Chain.Executor.Current.Height.Next;

    public Receipt TryDelegate(Person sender, Digest parent, PolicyDocument document, out Digest grant, string purpose = "TREAT")
    {
        grant = Random();
        Attachment policy = Attachment.Create(document);
        Attachment details = Attachment.Create(new AccessDetails("read", purpose, "laboratory", "", sender.Acting(Chain)));
        return Chain.Send(
            sender, new DelegateGrant(Patient, parent, grant, policy.Commitment, details.Commitment), policy, details);
    }

    public Digest Delegate(Person sender, Digest parent, Person delegatee, int depth = 0, string condition = "true")
    {
        Receipt receipt = TryDelegate(
            sender, parent, new PolicyDocument(Reading(delegatee, condition), depth, End), out Digest grant);
        Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Applied), receipt.Reason);
        return grant;
    }

    public Receipt Revoke(RevocationKind kind, Digest target = default, string type = "", string id = "", Person? sender = null)
    {
        Attachment document = Attachment.Create(new RevocationDocument(kind, target, type, id, "a reason"));
        return Chain.Send(sender ?? PatientKeys, new RevokePermissions(Random(), Patient, document.Commitment), document);
    }

    public DecisionEntry Entry(Digest request) => Chain.State.Get<DecisionEntry>(StateKey.Decision(request))!;

    /// <summary>Makes an old decision again.</summary>
    public DecisionReplayer? Replay(Digest request, out string? problem)
    {
        DecisionEntry decision = Entry(request);
        return DecisionReplayer.TryReplay(
            "hospital", Patient, Read<AccessDetails>(decision.Details), Read<DecisionBasis>(decision.Basis), Blob, out problem);
    }

    public T Read<T>(Digest commitment)
        where T : class, ICanonical<T> => TaskFixture.Read<T>(Chain, commitment);

    public ReadOnlyMemory<byte> Blob(Digest commitment) =>
        Chain.Blobs.TryGetAsync(commitment, CancellationToken.None).AsTask().GetAwaiter().GetResult() ?? default;

    /// <summary>Decides a question in the present state, without a transaction.</summary>
    public PatientDecision Decide(PermissionQuestion question) =>
        new PermissionDecider("hospital", new ContractVmOptions { DoubleCheck = true }).Decide(Chain.State, Context(), Patient, question);

    /// <summary>The records that one grant opens to somebody in the present state.</summary>
    public Digest[] OpenedBy(Person asker, Digest grant, string purpose)
    {
        AccountEntry account = Chain.State.Get<AccountEntry>(StateKey.Account(asker.On(Chain)))!;
        var question = new PermissionQuestion(asker.On(Chain), account.Kind, account.Roles, "read", purpose, "laboratory", "");
        var decider = new PermissionDecider("hospital", new ContractVmOptions { DoubleCheck = true });
        (DecisionBasis basis, List<AskedRecord> records) = PermissionDecider.Collect(_forced ?? Chain.State, Context(), Patient, question);
        return [.. decider.Evaluate(basis, records, Context(), Patient, question).WayOf(grant)?.Records.Select(r => r.Record) ?? []];
    }

    /// <summary>Passes a grant on without asking the rules.</summary>
    public Digest ForceDelegate(Person author, Digest parent, string text, int depth)
    {
        Digest grant = Random();
        Attachment policy = Attachment.Create(new PolicyDocument(text, depth, End));
        Chain.Put(policy);
        LedgerState state = _forced ?? Chain.State;
        GrantBook.Add(state, Context(), Patient, grant, GrantEntry.First(policy.Commitment, author.On(Chain), Next, parent));
        _forced = state;
        return grant;
    }

    private LedgerContext Context() => new(Next, Chain.Time, epoch: 0, Blob);
}
