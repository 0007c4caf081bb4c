using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Tests.Ledger;
using MedChain.Core.Tests.Ledger.Tasks;
using NUnit.Framework;

namespace MedChain.Core.Tests.Custody;

/// <summary>Keys of records: dealt by the owner, kept by validators, released for committed permits only.</summary>
[TestFixture]
public sealed class CustodyTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 70_000).Select(i => (byte)(i * 31 % 251))];
    private LedgerChain _chain = null!;
    private Person _patient = null!;
    private Person _nurse = null!;
    private DealtRecord _record = null!;
    private Custodians _custodians = null!;

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        _patient = _chain.RegisterPatient("patient");
        _nurse = new Person("nurse");
        _chain.Register(_nurse, AccountKind.Practitioner);
        _custodians = new Custodians(_chain);
        _record = _custodians.Store(_patient, Content, "laboratory");
    }

    [TearDown]
    public void Stop()
    {
        _patient.Dispose();
        _nurse.Dispose();
        _chain.Dispose();
    }

    [Test]
    public void Permitted_reader_gets_the_content()
    {
        Digest request = Ask(out _);
        Assert.That(Read(request, Release(request)).Plaintext, Is.EqualTo(Content));
    }

    [Test]
    public void Any_quorum_of_custodians_suffices_and_one_fewer_does_not()
    {
        Digest request = Ask(out _);
        ReleasedShares[] shares = Release(request);
        Assert.That(shares, Has.Length.EqualTo(4));
        for (int missing = 0; missing < 4; missing++)
        {
            ReleasedShares[] three = [.. shares.Where((_, i) => i != missing)];
            Assert.That(Read(request, three).Plaintext, Is.EqualTo(Content));
            Assert.That(Read(request, three[1..]).Problem, Does.Contain("too few good ones: 3 are needed"));
        }
    }

    [Test]
    public void Lying_custodian_s_share_is_skipped()
    {
        Digest request = Ask(out _);
        ReleasedShares[] shares = Release(request);
        using SecretScalar wrong = SecretScalar.Random();
        ReleasedShares lie = Forge(request, 0, holder: 1, wrong);
        ReleasedShares garbage = Sign(request, 0, new byte[shares[0].Sealed.Length]);
        ReleasedShares unsigned = lie with { Signature = shares[0].Signature };
        Assert.That(Read(request, [lie, .. shares[1..]]).Plaintext, Is.EqualTo(Content));
        Assert.That(Read(request, [lie, .. shares[..1], .. shares[2..]]).Plaintext, Is.EqualTo(Content),
            "the good share of the same holder still counts");
        Assert.That(Read(request, [garbage, unsigned, .. shares[..1], .. shares[2..]]).Plaintext, Is.EqualTo(Content),
            "what does not open, or is not signed, hides nothing that does");
        Assert.That(Read(request, [lie, .. shares[2..]]).Plaintext, Is.Null);
        Assert.That(Read(request, [Forge(request, 0, holder: 2, wrong), .. shares[1..]]).Plaintext, Is.EqualTo(Content),
            "a share under another's number hides nothing either");
        Assert.That(Read(request, [Forge(request, 0, holder: 0, wrong), Forge(request, 0, holder: 200, wrong)]).Plaintext, Is.Null);
        Assert.That(Read(request, [shares[1], shares[1], shares[1]]).Plaintext, Is.Null, "one share three times is one share");
    }

    [Test]
    public void Wrong_share_convicts_the_custodian_that_signed_it()
    {
        Digest request = Ask(out _);
        using SecretScalar wrong = SecretScalar.Random();
        ReleasedShares lie = Forge(request, 0, holder: 1, wrong);
        Assert.That(Report(request, lie).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Report(request, lie).Reason, Does.Contain("recorded already"));
        CustodyMisconductEntry entry = _chain.State.Scan<CustodyMisconductEntry>(StateKey.CustodyMisconducts).Single().Value;
        Assert.That((entry.Custodian, entry.Kind), Is.EqualTo((lie.Custodian, CustodyMisconduct.WrongShare)));
    }

    [Test]
    public void Honest_custodian_is_not_convicted()
    {
        Digest request = Ask(out _);
        ReleasedShares[] shares = Release(request);
        using SecretScalar wrong = SecretScalar.Random();
        ReleasedShares lie = Forge(request, 0, holder: 1, wrong);
        Assert.That(Report(request, shares[0]).Reason, Does.Contain("should not have released"));
        Assert.That(Report(request, lie with { Custodian = shares[1].Custodian }).Reason, Does.Contain("has not signed"));
        Assert.That(Report(request, lie with { Signature = shares[0].Signature }).Reason, Does.Contain("has not signed"));
        Assert.That(Report(Digest.Of([1]), lie).Reason, Does.Contain("has not signed"), "for another permit");
        Assert.That(Report(request, lie with { Custodian = _nurse.Signing.PublicKey }).Reason, Does.Contain("of no custodian"));
        Assert.That(Report(request, shares[0], opening: new byte[44]).Reason, Does.Contain("does not open the release"));
        Assert.That(Report(request, Forge(request, 0, holder: 1, wrong, height: 0)).Reason, Does.Contain("should not have released"),
            "by an earlier state another header may have been in force");
    }

    [Test]
    public void Release_by_a_state_after_the_erasure_was_ordered_convicts()
    {
        Digest request = Ask(out _);
        ReleasedShares before = Release(request)[1];
        _chain.Send(_patient, new Core.Ledger.Accounts.Erasure.OrderErasure(
            Digest.Of([1]), _patient.On(_chain), Core.Ledger.Accounts.Erasure.ErasureScope.Of(_record.Command.Record), 1_000));
        Assert.That(_custodians[1].ReleaseAsync(request, default).AsTask().Result.Shares!.Count, Is.Zero);
        Assert.That(Report(request, before).Reason, Does.Contain("should not have released"));
        using SecretScalar share = SecretScalar.Random();
        ReleasedShares after = Forge(request, 1, holder: 2, share, _chain.Executor.Current.Height.Value);
        Assert.That(Report(request, after).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_chain.State.Scan<CustodyMisconductEntry>(StateKey.CustodyMisconducts).Single().Value.Kind,
            Is.EqualTo(CustodyMisconduct.ReleaseAfterErasure));
    }

    [Test]
    public void Share_opens_for_its_permit_and_recipient_only()
    {
        Digest request = Ask(out _);
        Digest other = Ask(out _);
        ReleasedShares[] shares = Release(request);
        using var stranger = new Person("stranger");
        Assert.That(Read(other, shares).Plaintext, Is.Null);
        Assert.That(Read(request, shares, stranger).Plaintext, Is.Null);
        Assert.That(Read(request, [.. shares.Select((s, i) => s with { Custodian = shares[(i + 1) % 4].Custodian })]).Plaintext, Is.Null);
    }

    [Test]
    public void Nothing_is_released_without_a_committed_permit()
    {
        Assert.That(_custodians[0].ReleaseAsync(Digest.Of([1]), default).AsTask().Result.Refusal, Does.Contain("no committed decision"));
        Digest denied = Request();
        ShareRelease release = _custodians[0].ReleaseAsync(denied, default).AsTask().Result;
        Assert.That((release.Shares, release.Refusal), Is.EqualTo(((ReleasedShares?)null, $"Request {denied} was denied: NotPermitted.")));
    }

    [Test]
    public void Nothing_is_released_after_the_grant_is_revoked()
    {
        Digest request = Ask(out Digest grant);
        _chain.Send(_patient, new RevokeGrant(grant));
        Assert.That(_custodians[0].ReleaseAsync(request, default).AsTask().Result.Refusal, Does.Contain("is revoked"));
    }

    [Test]
    public void Any_changed_byte_in_the_store_is_noticed()
    {
        Digest request = Ask(out _);
        ReleasedShares[] shares = Release(request);
        var random = new Random(1);
        byte[][] blobs = [_record.Manifest.Bytes.ToArray(), _record.KeyHeader.Bytes.ToArray(), .. _record.Chunks];
        foreach (byte[] blob in blobs)
        {
            int[] places = blob.Length < 2_000
                ? [.. Enumerable.Range(0, blob.Length)]
                : [0, blob.Length - 1, .. Enumerable.Range(0, 50).Select(_ => random.Next(blob.Length))];
            foreach (int place in places)
            {
                byte[] changed = [.. blob];
                changed[place] ^= 0x10;
                RecordContent content = Read(request, shares, blobs: new SwappingBlobStore(_chain.Blobs, Digest.Of(blob), changed));
                Assert.That(content.Plaintext, Is.Null, $"byte {place} of {blob.Length}");
                Assert.That(content.Problem, Does.Contain(_record.Command.Record.ToString()).And.Contain("what the chain commits to"));
            }
        }
    }

    [Test]
    public void Missing_chunk_is_named()
    {
        Digest request = Ask(out _);
        ReleasedShares[] shares = Release(request);
        Digest chunk = Digest.Of(_record.Chunks[1]);
        _chain.Blobs.EraseAsync(chunk, default).AsTask().Wait();
        Assert.That(Read(request, shares).Problem, Is.EqualTo($"Chunk 1 of record {_record.Command.Record}, blob {chunk}, is gone."));
    }

    [Test]
    public void Task_shares_are_released_for_the_staged_round_to_its_executors_and_while_grants_hold()
    {
        using var net = new TaskFixture();
        LedgerChain clinic = net.Accounts[0];
        Person[] patients = [.. Enumerable.Range(0, 2).Select(i => clinic.RegisterPatient($"patient {i}"))];
        Digest[] grants = [.. patients.Select(p => clinic.Permit(p, Policies.Research(p.On(clinic), 1, 5)))];
        var custodians = new Custodians(clinic);
        Array.ForEach(patients, p => custodians.Store(p, Content, "clinical"));
        Custodian custodian = custodians[0];
        ShareRelease Release(ChainProof proof, int executor = 0) => custodian.ReleaseForTaskAsync(proof, executor, default).AsTask().Result;

        Digest task = net.ProposeAndJoin();
        ChainProof collecting = net.Tasks.Prove(StateKey.Task(task));
        Assert.That(Release(collecting).Refusal, Does.Contain("not staged there: Collecting"));
        net.Carry(task);
        ChainProof staged = net.Tasks.Prove(StateKey.Task(task));
        Assert.That(Release(staged).Shares!.Count, Is.EqualTo(2));
        Assert.That(Release(staged, 2).Refusal, Does.Contain("asks no executor at place 2 of 3"));
        Assert.That(Release(staged, -1).Refusal, Is.Not.Null);
        Assert.That(Release(collecting).Refusal, Is.Not.Null, "a proof of an earlier round");
        Assert.That(Release(net.Tasks.Prove(StateKey.Task(task), signers: 2)).Refusal, Does.Contain("does not verify"));
        Assert.That(Release(net.Tasks.Prove(StateKey.Account(net.Researcher.On(net.Tasks)))).Refusal,
            Is.EqualTo("The proof is not about a task."));

        clinic.Send(patients[0], new RevokeGrant(grants[0]));
        Assert.That(Release(staged).Refusal, Does.Contain("is not authorised here in round"), "a revocation ends the round for everybody");
        net.Tasks.Send(net.ExecutorsOf(task)[0], new AbandonTask(task));
        net.Carry(task);
        Assert.That(Release(staged).Refusal, Is.Not.Null, "the chain holds the record of the task's end");
    }

    private Digest Ask(out Digest grant)
    {
        grant = _chain.Permit(_patient, Policies.Reading(_patient.On(_chain)));
        Digest request = Request();
        grant = _chain.State.Get<DecisionEntry>(StateKey.Decision(request))!.Grant;
        return request;
    }

    private Digest Request()
    {
        var request = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment details = Attachment.Create(new AccessDetails("read", "TREAT", "laboratory", "", _nurse.Acting(_chain)));
        _chain.Send(_nurse, new RequestAccess(request, _patient.On(_chain), details.Commitment), details);
        return request;
    }

    /// <summary>What a lying custodian sends.</summary>
    private ReleasedShares Forge(Digest request, int custodian, int holder, SecretScalar share, long height = 1_000)
    {
        using var batch = new ShareBatch(1);
        batch.Add(_record.Command.Record, holder, share);
        byte[] binding = ShareSeal.Release(_chain.Genesis.Chain, request, _chain.Operators[custodian].Signing.PublicKey);
        return Sign(request, custodian, batch.Seal(_nurse.Agreement.PublicKey, binding), height);
    }

    private ReleasedShares Sign(Digest request, int custodian, byte[] message, long height = 1_000) => ReleasedShares.Sign(
        _chain.Operators[custodian].Signing, _chain.Genesis.Chain, request, new BlockHeight(height), count: 1, message);

    private Receipt Report(Digest request, ReleasedShares released, byte[]? opening = null)
    {
        byte[] revealed = new byte[Hpke.OpeningSize];
        Hpke.TryReveal(
            _nurse.Agreement, ShareSeal.Release(_chain.Genesis.Chain, request, released.Custodian), released.Sealed.Span, revealed);
        Attachment evidence = Attachment.Create(new ReleaseEvidence(request, released, opening ?? revealed));
        return _chain.Send(_nurse, new ReportRelease(_patient.On(_chain), _record.Command.Record, evidence.Commitment), evidence);
    }

    private ReleasedShares[] Release(Digest request) =>
        [.. _custodians.All.Select(c => c.ReleaseAsync(request, default).AsTask().Result.Shares!)];

    private RecordContent Read(Digest request, ReleasedShares[] shares, Person? reader = null, IBlobStore? blobs = null)
    {
        using var opened = new OpenedShares(_chain.Genesis.Chain, request, (reader ?? _nurse).Agreement, shares);
        return RecordReader.ReadAsync(
            _chain.Genesis.Chain,
            new PermittedRecord(_record.Command.Record, _record.Command.ContentRoot, _record.Command.Manifest, _record.Command.KeyHeader),
            opened,
            blobs ?? _chain.Blobs,
            default).AsTask().Result;
    }
}
