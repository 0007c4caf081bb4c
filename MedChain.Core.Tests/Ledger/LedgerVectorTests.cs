using System.Text.Json;
using MedChain.Core.Blocks;
using MedChain.Core.Computations;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Contracts;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Ledger.Accounts.Resharing;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Encoding;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger;

/// <summary>Everything a ledger signs, hashes or stores has the bytes that any other implementation gives it.</summary>
[TestFixture]
public sealed class LedgerVectorTests
{
    private const string File = "ledger-encoding.json";
    private static readonly JsonElement Known = VectorFile.Load(File);
    private static readonly LedgerChain Chain = new(ChainKind.Account, "hospital", validators: 1);
    private static readonly Dictionary<string, Func<byte[], byte[]>> Decoders = [];
    private static readonly Dictionary<string, Func<byte[]>> Encoders = Make();

    [OneTimeTearDown]
    public void Stop() => Chain.Dispose();

    [Test]
    public void Chain_and_account_have_the_known_names()
    {
        Assert.That(Chain.Genesis.Chain.Value, Is.EqualTo(Known.Digest("chain")));
        Assert.That(Chain.Genesis.Administrator.Value, Is.EqualTo(Known.Digest("administrator")));
    }

    [Test]
    public void Copy_of_a_genesis_has_a_chain_of_its_own()
    {
        ChainId first = Chain.Genesis.Chain;
        Assert.That((Chain.Genesis with { Name = "clinic" }).Chain, Is.Not.EqualTo(first));
        Assert.That((Chain.Genesis with { Name = "hospital" }).Chain, Is.EqualTo(first));
    }

    [Test]
    public void Decisions_and_attachments_have_the_known_commitments()
    {
        Assert.That(Decisions().Root(), Is.EqualTo(Known.Digest("decisionsRoot")));
        Assert.That(new Attachment(D("salt").ToArray(), "content"u8.ToArray()).Commitment,
            Is.EqualTo(Known.Digest("attachmentCommitment")));
    }

    [Test]
    public void Contract_has_the_known_name() => Assert.That(
        ContractEntry.Name(new ChainId(D("chain")), A("deployer"), "label", D("module")), Is.EqualTo(Known.Digest("contractName")));

    [TestCaseSource(nameof(Cases))]
    public void Value_has_the_known_bytes_and_is_read_back(JsonElement known)
    {
        string name = known.Text("name");
        Assert.That(Convert.ToHexString(Encoders[name]()), Is.EqualTo(Convert.ToHexString(known.Bytes("encoded"))));
        Assert.That(Decoders[name](known.Bytes("encoded")), Is.EqualTo(known.Bytes("encoded")));
    }

    [Test]
    public void Every_value_has_a_vector() =>
        Assert.That(Cases().Select(c => ((JsonElement)c.Arguments[0]!).Text("name")), Is.EquivalentTo(Encoders.Keys));

    private static IEnumerable<TestCaseData> Cases() => VectorFile.Cases(File);

    private static Vote VoteFor(Digest value) =>
        new(VotePhase.Prepare, 0, new ViewNumber(1), new SlotNumber(5), value, 0, default);

    private static Digest D(string label) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(label));

    private static AccountId A(string label) => new(D(label));

    private static TaskDecisions Decisions() => new(
        [new TaskDecisionRow(D("salt"), A("patient"), DecisionOutcome.Permitted, D("grant"), 2, true,
            [new(D("record"), D("content"), D("manifest"), D("key header"))])]);

    private static Dictionary<string, Func<byte[]>> Make()
    {
        var all = new Dictionary<string, Func<byte[]>>();
        void Add<T>(string name, T value)
            where T : ICanonical<T>
        {
            all.Add(name, () => Canonical.Encode(value));
            Decoders.Add(name, bytes => Canonical.Encode(Canonical.Decode<T>(bytes)));
        }

        Genesis genesis = Chain.Genesis;
        var nurse = Chain.Own(new Person("nurse"));
        AgreementKey taskKey = Chain.Own(new Person("task key")).Agreement.PublicKey;
        AgreementKey researcherKey = Chain.Own(new Person("researcher")).Agreement.PublicKey;
        var account = new AccountEntry(AccountKind.Practitioner, nurse.Signing.PublicKey, nurse.Agreement.PublicKey, ["nurse", "ward-7"]);
        var header = new BlockHeader(
            genesis.Chain, new BlockHeight(300), D("previous"), D("cut"), D("transactions"), D("receipts"), D("state"), D("frontier"),
            1_800_000_000_000, 0, genesis.Validators.Hash);
        byte[] key = [(byte)'t', .. D("task").ToArray()];
        byte[] value = D("value").ToArray();
        var fact = new ChainFact.StateEntry(key, value, new StateProof(key, Digest.Of(value), [new StateProofStep(5, D("sibling"))]));
        var transactionFact = new ChainFact.TransactionEntry(
            1, 3, D("transaction").ToArray(), [D("path")], D("receipt").ToArray(), [D("receipt path")]);
        var proof = new ChainProof(header, [], Chain.Seal(header), fact);
        var request = new TaskRequest(Computation.CountPatients(), "HRESCH", 20, 1_800_000_000_000, [genesis.Chain]);

        var panel = new ReviewPanel(1, [A("reviewer")]);
        var finding = new TaskFinding(D("result"), D("sealed"), new DisclosureReport(20, 5, 2, 1));

        Add("genesis", genesis);
        Add("transaction", Transaction.Sign(
            genesis.Chain, genesis.Administrator, Chain.Administrator.Signing, 7, 9,
            Canonical.Encode<Command>(new RevokeGrant(D("grant")))));
        Add("proofOfTransaction", proof with { Fact = transactionFact });
        Add("receiptApplied", new Receipt(ReceiptStatus.Applied, "", [
            new(LedgerEventKind.GrantSet, A("patient"), D("grant")), new(LedgerEventKind.TaskChanged, A("researcher"), D("task"))]));
        Add("receiptRefused", new Receipt(ReceiptStatus.Refused, "no such grant", []));
        Add("accountEntry", account);
        Add("anchor", new Anchor(
            "hospital", ChainKind.Account, 2, new BlockHeight(300), genesis.Validators, genesis.Validators));
        Add("nonceWindow", new NonceWindow(300, new UInt128(1UL << 63, 5)));
        var record = new RecordEntry(
            D("content"), 3, D("manifest"), D("key header"), RecordStatus.Live, 2, D("previous"), D("next"));
        Add("recordEntry", record);
        var grant = new GrantEntry(
            D("policy"), 2, GrantStanding.Closed, 3, new BlockHeight(7), A("author"), D("parent"),
            new NextPolicy(D("next policy"), new BlockHeight(300)));
        Add("grantEntry", grant);
        Add("grantVersion", new GrantVersion(D("policy"), D("previous"), new BlockHeight(300), new BlockHeight(7)));
        Add("revocationEntry", new RevocationEntry(D("document"), new BlockHeight(300)));
        Add("revocationDocument", new RevocationDocument(RevocationKind.Grantee, default, "Role", "ward-7", "moved away"));
        Add("decisionBasis", new DecisionBasis(
            new BlockHeight(300),
            1_800_000_000_000,
            [new(A("requester"), AccountKind.Practitioner, ["ward-7"])],
            [new(D("record"), record)],
            [new(D("grant"), grant, DecisionOutcome.NotInForce)],
            [new(D("document"), new BlockHeight(300))]));
        Add("decisionEntry", new DecisionEntry(
            A("patient"), A("requester"), nurse.Agreement.PublicKey, D("details"), DecisionOutcome.Permitted,
            [new GrantUse(D("grant"), 2, true)], [D("record")], D("basis")));
        Add("taskEntry", new TaskEntry(
            A("researcher"), ["accredited-researcher"], researcherKey, request, panel, 1, 2, TaskPhase.Deleting,
            1_800_000_003_600, 3, 25,
            [new(genesis.Validators.Members[0].OperatorKey, taskKey, ExecutorMarks.Asked | ExecutorMarks.Erased, finding)],
            [new(3, 25, true, false)], TaskOutcome.Released, finding));
        Add("taskAnswer", new TaskAnswer(
            3, AnswerStage.Authorised, 25, D("root"), D("decisions"), [taskKey], 1_800_000_000_000, TaskOutcome.Undecided, default));
        RecordDescription laboratory = new RecordDescription("laboratory")
        {
            Labels = ["PSY"],
            Codes = ["http://loinc.org|2345-7"],
            Author = A("author"),
            Encounter = "visit-7",
            Starts = DateTimeOffset.FromUnixTimeMilliseconds(-1),
        }.Normalize(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));
        Add("recordManifest", new RecordManifest(D("mark"), laboratory, new ContentIndex(5, [D("chunk")], [])));
        Add("recordManifestWithPages", new RecordManifest(
            D("mark"), laboratory, new ContentIndex(5_000_000, [], [new(D("page"), D("root"))])));
        Add("keyHeader", new KeyHeader(
            D("mark"),
            new ContentHeader(ContentAlgorithm.Aes256Gcm, D("salt")),
            [new RistrettoPoint(D("commitment").ToArray())],
            [D("sealed share").ToArray()]));
        Add("policyDocument", new PolicyDocument("permit (principal, action, resource);", depth: 2, until: 1_800_000_000_000));
        Add("policyDocumentOfTemplate", new PolicyDocument("", D("template"), new RecordValue(
        [
            new("category", new EntityValue(new EntityUid("Category", "laboratory"))),
            new("limit", new LongValue(3)),
            new("until", new DateTimeValue(1_800_000_000_000)),
        ])));
        var actors = new Actors(A("human"), new ActingSoftware("ward-round", "2.1", A("software")));
        Add("accessDetails", new AccessDetails("read", "TREAT", "laboratory", "", actors));
        Add("accessDetailsOfARecord", new AccessDetails("read", "TREAT", "", "", actors, D("record")));
        Add<Command>("acknowledgeAccess", new AcknowledgeAccess(D("request"), 3, ReadingOutcome.Partial, D("details")));
        Add<Command>("readTrail", new ReadTrail(D("reading"), A("patient"), D("details")));
        Add("trailReadingDetails", new TrailReadingDetails(actors, "HCOMPL", IsExport: true, new BlockHeight(7)));
        Add("trailReadingEntry", new TrailReadingEntry(A("patient"), A("reader"), D("details"), true));
        Add("accessReceiptEntry", new AccessReceiptEntry(3, ReadingOutcome.Partial, D("details")));
        Add("accessReceiptDetails", new AccessReceiptDetails(
            actors,
            [new(D("record"), D("content"))],
            [new(nurse.Signing.PublicKey, new BlockHeight(300), D("sealed"), default)]));
        Add("taskDecisions", Decisions());
        Add("attachment", new Attachment(D("salt").ToArray(), "content"u8.ToArray()));
        Add<Command>("registerAccount", new RegisterAccount(account));
        Add<Command>("anchorChain", new AnchorChain(genesis));
        Add<Command>("deliverProof", new DeliverProof(proof));
        Add<Command>("markOrder", new MarkOrder());
        Add<Command>("recordMisconduct", new RecordMisconduct(Evidence.Of(
            VoteFor(D("first")), VoteFor(D("second")), genesis.Chain, genesis.Validators)!.Encode()));
        Add("misconductEntry", new MisconductEntry(
            genesis.Validators.Members[0].VotingKey, 2, 0, Misconduct.TwoPrepares, new BlockHeight(300), D("evidence")));
        BlockHeader last = header with { NextValidators = genesis.Validators.Hash };
        Add<Command>("advanceAnchor", new AdvanceAnchor(new Handoff(last, Chain.Seal(last), genesis.Validators)));
        Validator validator = genesis.Validators.Members[0];
        ValidatorChange change = ValidatorChange.Replace(validator.VotingKey, validator);
        Add<Command>("proposeValidators", new ProposeValidators(change, new BlockHeight(300)));
        Add<Command>("approveValidators", new ApproveValidators(validator.OperatorKey, ValidatorChange.Remove(validator.VotingKey)));
        Add("validatorsEntry", new ValidatorsEntry(2, genesis.Validators, new BlockHeight(300), genesis.Validators));
        Add("pastValidators", new PastValidators(2, genesis.Validators));
        Add("validatorProposal", new ValidatorProposal(
            2, ValidatorChange.Add(validator), new BlockHeight(300), [validator.OperatorKey, validator.VotingKey]));
        Add<Command>("storeRecord", new StoreRecord(D("record"), D("content"), 3, D("manifest"), D("key header"), 2, D("previous")));
        Add("custodyEntry", new CustodyEntry(
            2, [D("handle"), default], D("order"), new BlockHeight(300), 1UL << 63, new BlockHeight(5), [D("old")]));
        Add<Command>("acceptShares", new AcceptShares([new(A("patient"), D("record"), D("key header"), D("handle"))]));
        Add<Command>("refuteShare", new RefuteShare(A("patient"), D("record"), new byte[44]));
        Add<Command>("orderErasure", new OrderErasure(D("order"), A("patient"), ErasureScope.Class("laboratory", "PSY"), 3_600_000));
        Add<Command>("confirmErasures", new ConfirmErasures([new(A("patient"), D("record"), D("before"), D("after"), fact.Path)]));
        Add<Command>("setLegalHold", new SetLegalHold(D("hold"), A("patient"), D("record")));
        Add<Command>("liftLegalHold", new LiftLegalHold(D("hold"), A("patient")));
        Add<Command>("reportResurfacedShare", new ReportResurfacedShare(A("patient"), D("record"), 3, D("secret")));
        Add("erasureEntry", new ErasureEntry(
            A("patient"), A("orderer"), ErasureScope.Of(D("record")), 1_700_000_000_000, 1_700_000_003_600, [D("record")], [D("policy")]));
        Add("erasedAttachment", new ErasedAttachment(D("order"), new BlockHeight(300)));
        Add("holdEntry", new HoldEntry(A("authority"), D("record")));
        Add("custodyMisconductEntry", new CustodyMisconductEntry(
            nurse.Signing.PublicKey, CustodyMisconduct.WrongShare, A("patient"), D("record"), new BlockHeight(300)));
        Add<Command>("dealShares", new DealShares([new(A("patient"), D("record"), D("key header"), D("deal"))]));
        Add<Command>("accuseDealers", new AccuseDealers(A("patient"), D("record"), 5));
        Add<Command>("answerAccusation", new AnswerAccusation(A("patient"), D("record"), 3, D("part").ToArray()));
        Add<Command>("refreshKey", new RefreshKey(D("record")));
        Add<Command>("reportRelease", new ReportRelease(A("patient"), D("record"), D("evidence")));
        Add("shareDeal", new ShareDeal(
            D("mark"), [new RistrettoPoint(D("commitment").ToArray())], [D("sealed share").ToArray()], D("backup").ToArray()));
        Add("reshareEntry", new ReshareEntry(
            2, [new(3, D("deal"), true)], [new(4, 3, 1_700_000_000_000, D("part").ToArray())], D("pending"), 1_700_000_010_000,
            [D("handle")]));
        Add("releaseEvidence", new ReleaseEvidence(
            D("permit"),
            new ReleasedShares(nurse.Signing.PublicKey, 1, new BlockHeight(300), D("sealed").ToArray(), default),
            new byte[44]));
        var group = new AccountGroup(1, [A("guardian")]);
        Add("personEntry", new PersonEntry(
            new AccountStanding(SuspensionCause.NotJustified, D("reason"), D("request"), 1_800_000_000_000),
            new LifeDates(1_900_000_000_000, 2_000_000_000_000),
            new Safeguards(group, true, AccountGroup.None, new RecoveryRule(group, 60_000), null, 0, new Directive(true, A("executor"))),
            new RecoveryProgress([new(A("guardian"), nurse.Signing.PublicKey, nurse.Agreement.PublicKey)], 1_800_000_060_000)));
        Add("guardianEntry", new GuardianEntry(GuardianScopes.All, 1_700_000_000_000, 1_800_000_000_000, true));
        Add("consentEntry", new ConsentEntry(group, [A("guardian")], GrantOrigin.Minor));
        Add("keyHolder", new KeyHolder(A("patient")));
        Add<Command>("appointGuardian", new AppointGuardian(
            A("patient"), A("guardian"), GuardianScopes.Read | GuardianScopes.Erase, 1_700_000_000_000, 1_800_000_000_000));
        Add<Command>("endGuardianship", new EndGuardianship(A("patient"), A("guardian")));
        Add<Command>("actFor", new ActFor(A("patient"), new RevokeGrant(D("grant"))));
        Add<Command>("requireConsent", new RequireConsent(D("grant"), group));
        Add<Command>("giveConsent", new GiveConsent(A("patient"), D("grant"), D("policy"), true));
        Add<Command>("setDirective", new SetDirective(new Directive(true, A("executor"))));
        Add<Command>("setRecovery", new SetRecovery(new RecoveryRule(group, 60_000)));
        Add<Command>("supportRecovery", new SupportRecovery(A("patient"), nurse.Signing.PublicKey, nurse.Agreement.PublicKey));
        Add<Command>("vetoRecovery", new VetoRecovery());
        Add<Command>("finishRecovery", new FinishRecovery(A("patient")));
        Add<Command>("setMajority", new SetMajority(A("patient"), 1_900_000_000_000));
        Add<Command>("attestDeath", new AttestDeath(A("patient"), true, D("evidence")));
        Add("emergencyEntry", new EmergencyEntry(
            A("actor"), A("patient"), D("details"), 1_800_000_000_000, 1_800_000_003_600, 1_800_000_259_200, EmergencyStatus.Justified,
            A("reviewer"), D("finding")));
        Add("note", new Note("words"));
        Add<Command>("requestEmergencyAccess", new RequestEmergencyAccess(D("request"), A("patient"), D("details"), 3_600_000));
        Add<Command>("reviewEmergency", new ReviewEmergency(D("request"), true, D("finding")));
        Add<Command>("suspendAccount", new SuspendAccount(A("account"), D("reason")));
        Add<Command>("reinstateAccount", new ReinstateAccount(A("account"), D("reason")));
        Add<Command>("setGrant", new SetGrant(D("grant"), D("policy")));
        Add<Command>("revokeGrant", new RevokeGrant(D("grant")));
        Add<Command>("replaceGrant", new ReplaceGrant(A("patient"), D("grant"), D("previous"), D("policy"), new BlockHeight(300)));
        Add<Command>("delegateGrant", new DelegateGrant(A("patient"), D("parent"), D("grant"), D("policy"), D("details")));
        Add<Command>("revokePermissions", new RevokePermissions(D("revocation"), A("patient"), D("document")));
        Add<Command>("requestAccess", new RequestAccess(D("request"), A("patient"), D("details")));
        Add<Command>("proposeTask", new ProposeTask(D("task"), request));
        Add<Command>("joinTask", new JoinTask(D("task"), taskKey));
        Add<Command>("submitResult", new Core.Ledger.Tasks.SubmitResult(D("task"), 3, finding));
        Add<Command>("releaseResult", new ReleaseResult(D("task"), D("sealed")));
        Add<Command>("setReviewers", new SetReviewers(panel));
        Add<Command>("reviewTask", new ReviewTask(D("task"), true));
        Add<Command>("setCountBucket", new SetCountBucket(new CountBucket(5)));
        Add("countBucket", new CountBucket(5));
        Add("taskMember", new TaskMember(D("grant"), [D("record")], true));
        Add<Command>("confirmErasure", new ConfirmErasure(D("task")));
        Add<Command>("abandonTask", new AbandonTask(D("task")));
        Add<Command>("expireTask", new ExpireTask(D("task")));
        Add("contractEntry", new ContractEntry(A("deployer"), "label", D("module"), new BlockHeight(300)));
        Add("bytecodeEntry", new BytecodeEntry(D("module").ToArray()));
        Add("contractSize", new ContractSize(3, 500));
        Add("variableEntry", VariableEntry.Of(new DateTimeValue(1_800_000_000_000)));
        var patient = new EntityValue(new EntityUid("Patient", "p"));
        EntityUid contract = ContractAddress.Of(D("contract"));
        Add<Command>("deployContract", new DeployContract("label", D("module").ToArray()));
        Add<Command>("callContract", new CallContract(
            D("contract"), "enrol", [patient, new LongValue(-7), new SetValue([new StringValue("a")])], 5_000));
        Add("receiptOfCall", new Receipt(ReceiptStatus.Applied, "", [new(LedgerEventKind.ContractCalled, A("patient"), D("contract"))])
        {
            Call = new ContractReport(5_000, BooleanValue.True, [
                new ContractEffect.Emitted(contract, "Enrolled", [patient]),
                new ContractEffect.Obliged(contract, "notify", "the patient"),
                new ContractEffect.Consumed(contract, "uses", 1)]),
        });
        return all;
    }
}
