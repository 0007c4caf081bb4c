using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Custody;

/// <summary>When a record is live, and what a dealer of wrong shares comes to. Four custodians: a quorum is three.</summary>
[TestFixture]
public sealed class AcceptanceTests
{
    private LedgerChain _chain = null!;
    private Custodians _custodians = null!;
    private Person _patient = null!;

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        _custodians = new Custodians(_chain);
        _patient = _chain.RegisterPatient("patient");
        _chain.Permit(_patient, Policies.Reading(_patient.On(_chain)));
    }

    [TearDown]
    public void Stop()
    {
        _patient.Dispose();
        _chain.Dispose();
    }

    [Test]
    public void Record_is_live_with_the_third_acceptance_and_nothing_is_asked_of_it_before()
    {
        Digest record = Store();
        foreach (int custodian in new[] { 3, 0 })
        {
            Accept(custodian, record);
            Assert.That((Entry(record).Status, Ask()), Is.EqualTo((RecordStatus.Dealt, DecisionOutcome.NoSuchRecord)));
        }

        Receipt third = Accept(1, record);
        Assert.That(third.Events.Single().Kind, Is.EqualTo(LedgerEventKind.RecordAccepted));
        Assert.That((Entry(record).Status, Ask()), Is.EqualTo((RecordStatus.Live, DecisionOutcome.OwnRecord)));
        Assert.That(Accept(2, record).Events, Is.Empty);
        Assert.That(Custody(record).Accepted, Is.EqualTo(4));
    }

    [Test]
    public void One_custodian_counts_once()
    {
        Digest record = Store();
        for (int i = 0; i < 4; i++)
        {
            Accept(0, record);
        }

        Assert.That((Entry(record).Status, Custody(record).Accepted), Is.EqualTo((RecordStatus.Dealt, 1)));
        Receipt repeated = Accept(0, record, Custody(record).Handles[0]);
        Assert.That(repeated.Reason, Does.StartWith("Custodian 0 has accepted its share"));
    }

    [Test]
    public void Nobody_but_a_custodian_accepts_and_only_the_header_on_the_chain()
    {
        Digest record = Store();
        ShareAcceptance acceptance = new(_patient.On(_chain), record, Entry(record).KeyHeader, Digest.Of([1]));
        foreach (Person other in new[] { _patient, _chain.Administrator, _chain.Voters[0] })
        {
            Assert.That(_chain.Send(other, new AcceptShares([acceptance])).Reason, Does.Contain("not signed by the operator key"));
        }

        Assert.That(
            _chain.Send(_chain.Operators[0], new AcceptShares([acceptance with { KeyHeader = default }])).Reason,
            Does.StartWith("There is no record"));
        Assert.That(_chain.Send(_chain.Operators[0], new AcceptShares([acceptance with { Handle = default }])).Status,
            Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.Send(_chain.Operators[0], new AcceptShares([])).Reason, Is.EqualTo("The command accepts no share."));
        Assert.That(Custody(record).Accepted, Is.Zero);
    }

    [Test]
    public void Acceptance_that_does_not_count_holds_up_no_other()
    {
        Digest record = Store();
        ShareAcceptance good = new(_patient.On(_chain), record, Entry(record).KeyHeader, Digest.Of([1]));
        Receipt receipt = _chain.Send(_chain.Operators[0], new AcceptShares([good with { Record = default }, good]));
        Assert.That((receipt.Status, Custody(record).Accepted), Is.EqualTo((ReceiptStatus.Applied, 1)));
    }

    [Test]
    public void Key_dealt_to_the_validators_of_another_epoch_or_in_other_numbers_is_refused()
    {
        DealtRecord record = _chain.Deal(_patient, [1]);
        Assert.That(_chain.Send(_patient, record.Command with { Epoch = 1 }, record.Manifest, record.KeyHeader).Reason,
            Does.Contain("dealt to the validators of epoch 1; this is epoch 0"));
        KeyHeader header = Canonical.Decode<KeyHeader>(record.KeyHeader.Content);
        foreach (KeyHeader wrong in new[]
        {
            header with { SealedShares = header.SealedShares[..3] },
            header with { Commitments = header.Commitments[..2] },
        })
        {
            Attachment attachment = Attachment.Create(wrong);
            StoreRecord command = record.Command with { KeyHeader = attachment.Commitment };
            Assert.That(_chain.Send(_patient, command, record.Manifest, attachment).Reason, Does.Contain("it must have 3 and 4."));
        }

        Attachment foreign = Attachment.Create(header with { Mark = default });
        Assert.That(
            _chain.Send(_patient, record.Command with { KeyHeader = foreign.Commitment }, record.Manifest, foreign).Reason,
            Is.EqualTo("The key header is that of another record."));
    }

    [Test]
    public void Wrong_share_is_shown_to_everybody_and_the_record_rejected()
    {
        Digest record = StoreWithBadShares([1], out KeyHeader header);
        foreach (int honest in new[] { 0, 2, 3 })
        {
            Assert.That(_custodians.Take(honest, _patient.On(_chain), record, header, Entry(record).KeyHeader), Is.Not.Null);
        }

        DealtShare dealt = Open(1, record, header);
        Assert.That(dealt.Share, Is.Null);
        Receipt receipt = Refute(1, record, dealt.Refutation!);
        Assert.That(receipt.Events.Single().Kind, Is.EqualTo(LedgerEventKind.RecordRejected));
        Accept(0, record);
        Accept(2, record);
        Accept(3, record);
        Assert.That((Entry(record).Status, Ask()), Is.EqualTo((RecordStatus.Rejected, DecisionOutcome.NoSuchRecord)));
    }

    [Test]
    public void Late_custodian_still_shows_a_wrong_share_of_a_live_record()
    {
        Digest record = StoreWithBadShares([1], out KeyHeader header);
        Array.ForEach([0, 2, 3], i => Accept(i, record));
        Assert.That(Entry(record).Status, Is.EqualTo(RecordStatus.Live));
        Refute(1, record, Open(1, record, header).Refutation!);
        Assert.That(Entry(record).Status, Is.EqualTo(RecordStatus.Rejected));
    }

    [Test]
    public void Honest_dealer_cannot_be_refuted()
    {
        Digest record = Store();
        KeyHeader header = Header(record);
        byte[] info = ShareSeal.Deposit(_chain.Genesis.Chain, record, 1);
        byte[] opening = new byte[Hpke.OpeningSize];
        Assert.That(SealedBox.TryReveal(_chain.Voters[1].Agreement, info, header.SealedShares[1].Span, opening));
        Assert.That(Refute(1, record, opening).Reason, Does.Contain("to anything but what the commitments promise"));
        for (int i = 0; i < opening.Length; i++)
        {
            byte[] other = [.. opening];
            other[i] ^= 1;
            Assert.That(Refute(1, record, other).Status, Is.EqualTo(ReceiptStatus.Refused));
        }

        Assert.That(Refute(1, record, []).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(Refute(0, record, opening).Status, Is.EqualTo(ReceiptStatus.Refused), "it opens another custodian's share");
        Array.ForEach([0, 2, 3], i => Accept(i, record));
        Assert.That(Entry(record).Status, Is.EqualTo(RecordStatus.Live), "the liar did not keep it from becoming live");
    }

    [Test]
    public void Custodian_that_has_accepted_cannot_refute()
    {
        Digest record = StoreWithBadShares([1], out KeyHeader header);
        Accept(1, record);
        Assert.That(Refute(1, record, Open(1, record, header).Refutation!).Reason, Does.StartWith("Custodian 1 has accepted"));
        Assert.That(_chain.Send(_chain.Voters[1], new RefuteShare(_patient.On(_chain), record, new byte[44])).Reason,
            Does.Contain("not signed by the operator key"));
        Assert.That(Refute(1, Digest.Of([1]), []).Reason, Does.StartWith("There is no record"));
    }

    [Test]
    public void Share_that_does_not_open_is_neither_accepted_nor_refuted()
    {
        Digest record = Store(header => header with { SealedShares = header.SealedShares.SetItem(1, new byte[80]) });
        DealtShare dealt = Open(1, record, Header(record));
        Assert.That((dealt.Share, dealt.Refutation), Is.EqualTo(((SecretScalar?)null, (byte[]?)null)));
        KeyHeader cut = Header(record) with { SealedShares = Header(record).SealedShares[..3] };
        Assert.That(Open(3, record, cut).Refutation, Is.Null);
    }

    [Test]
    public void Vault_keeps_a_share_over_a_restart_under_one_handle()
    {
        Digest record = Store();
        Digest header = Entry(record).KeyHeader;
        ShareAcceptance taken = _custodians.Take(2, _patient.On(_chain), record, Header(record), header)!.Value;
        Assert.That(_custodians.Take(2, _patient.On(_chain), record, Header(record), header), Is.EqualTo(taken));
        ShareVault again = _custodians.Open(2);
        Assert.That(again.HandleOf(header), Is.EqualTo(taken.Handle));
        Assert.That(again.Roster.Root, Is.EqualTo(_custodians.Vaults[2].Roster.Root));
        using SecretScalar? kept = again.TryOpenAsync(header, default).AsTask().Result;
        using SecretScalar? dealt = Open(2, record, Header(record)).Share;
        Assert.That(kept!.HasSameValue(dealt!));
        Assert.That(again.TryOpenAsync(record, default).AsTask().Result, Is.Null);
    }

    private Digest Store(Func<KeyHeader, KeyHeader>? change = null)
    {
        DealtRecord record = _chain.Deal(_patient, [1, 2, 3]);
        Attachment header = change is null
            ? record.KeyHeader
            : Attachment.Create(change(Canonical.Decode<KeyHeader>(record.KeyHeader.Content)));
        StoreRecord command = record.Command with { KeyHeader = header.Commitment };
        Assert.That(_chain.Send(_patient, command, record.Manifest, header).Status, Is.EqualTo(ReceiptStatus.Applied));
        return record.Command.Record;
    }

    private Digest StoreWithBadShares(int[] cheated, out KeyHeader header)
    {
        DealtRecord sealedRecord = _chain.Deal(_patient, [1, 2, 3]);
        Digest record = sealedRecord.Command.Record;
        header = Canonical.Decode<KeyHeader>(sealedRecord.KeyHeader.Content);
        foreach (int i in cheated)
        {
            using SecretScalar wrong = SecretScalar.Random();
            ReadOnlyMemory<byte> message = wrong.Seal(
                _chain.Voters[i].Agreement.PublicKey, ShareSeal.Deposit(_chain.Genesis.Chain, record, i));
            header = header with { SealedShares = header.SealedShares.SetItem(i, message) };
        }

        Attachment attachment = Attachment.Create(header);
        _chain.Send(_patient, sealedRecord.Command with { KeyHeader = attachment.Commitment }, sealedRecord.Manifest, attachment);
        return record;
    }

    private DealtShare Open(int custodian, Digest record, KeyHeader header) =>
        DealtShare.Open(_chain.Voters[custodian].Agreement, _chain.Genesis.Chain, record, header, custodian);

    private KeyHeader Header(Digest record) =>
        AttachmentReader.TryReadAsync<KeyHeader>(_chain.Blobs, Entry(record).KeyHeader, default).AsTask().Result!;

    private Receipt Accept(int custodian, Digest record, Digest? handle = null) => _chain.Send(
        _chain.Operators[custodian],
        new AcceptShares([new ShareAcceptance(
            _patient.On(_chain), record, Entry(record).KeyHeader, handle ?? new Digest(SecureRandom.Bytes(Digest.Size)))]));

    private Receipt Refute(int custodian, Digest record, byte[] opening) =>
        _chain.Send(_chain.Operators[custodian], new RefuteShare(_patient.On(_chain), record, opening));

    private RecordEntry Entry(Digest record) => _chain.State.Get<RecordEntry>(StateKey.Record(_patient.On(_chain), record))!;

    private CustodyEntry Custody(Digest record) => _chain.State.Get<CustodyEntry>(StateKey.Custody(_patient.On(_chain), record))!;

    private DecisionOutcome Ask()
    {
        var request = new Digest(SecureRandom.Bytes(Digest.Size));
        Attachment details = Attachment.Create(new AccessDetails("read", "PATRQT", "laboratory", "", _patient.Acting(_chain)));
        _chain.Send(_patient, new RequestAccess(request, _patient.On(_chain), details.Commitment), details);
        return _chain.State.Get<DecisionEntry>(StateKey.Decision(request))!.Outcome;
    }
}
