using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Resharing;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Custody;

/// <summary>Shares that move to other holders, or are replaced: four old holders, of which three suffice, and three of four or four of five
/// new ones.</summary>
[TestFixture]
public sealed class ResharingTests
{
    private static readonly byte[] Content = [1, 2, 3, 4, 5];
    private LedgerChain _chain = null!;
    private Custodians _custodians = null!;
    private Person _patient = null!;
    private Person _newcomer = null!;
    private Person _newcomersOperator = null!;
    private DealtRecord _record = null!;

    [SetUp]
    public void Start()
    {
        _chain = new LedgerChain(ChainKind.Account, "hospital");
        _custodians = new Custodians(_chain);
        _patient = _chain.RegisterPatient("patient");
        _newcomer = new Person("newcomer");
        _newcomersOperator = new Person("newcomer's operator");
        _record = _custodians.Store(_patient, Content, "laboratory");
    }

    [TearDown]
    public void Stop()
    {
        _patient.Dispose();
        _newcomer.Dispose();
        _newcomersOperator.Dispose();
        _chain.Dispose();
    }

    private ValidatorSet Holders => ValidatorRules.Read(_chain.State, _chain.Genesis, _chain.Epoch).Current;

    [Test]
    public void Shares_move_with_any_quorum_of_the_old_holders([Values(0, 1, 2, 3)] int offline)
    {
        Change();
        foreach (int dealer in Enumerable.Range(0, 4).Where(i => i != offline))
        {
            Assert.That(Deal(dealer).Status, Is.EqualTo(ReceiptStatus.Applied));
        }

        Assert.That(Entry!.Pending.IsZero, Is.False);
        SecretScalar[] shares = AcceptAll();
        Assert.That(Entry, Is.Null);
        Assert.That((Custody.Epoch, Custody.Accepted), Is.EqualTo((1L, 5)));
        KeyHeader header = Header();
        for (int i = 0; i < 5; i++)
        {
            Assert.That(SecretSharing.VerifyShare(header.Commitments.AsSpan(), i + 1, shares[i]));
        }

        for (int missing = 0; missing < 5; missing++)
        {
            AssertRestores(header, [.. Enumerable.Range(0, 5).Where(i => i != missing).Select(i => (i + 1, shares[i]))]);
        }

        Dispose(shares);
    }

    [Test]
    public void Two_of_four_old_holders_are_too_few()
    {
        Change();
        Deal(0);
        Deal(3);
        Assert.That(Entry!.Pending.IsZero);
        Assert.That(Deal(3).Reason, Does.Contain("has dealt it before"));
    }

    [Test]
    public void Old_attachments_are_named_for_the_custodians_and_erased_after_a_refresh_or_with_the_record([Values] bool refresh)
    {
        Digest old = Record.KeyHeader;
        if (refresh)
        {
            _chain.Send(_patient, new RefreshKey(_record.Command.Record));
        }
        else
        {
            Change();
        }

        Array.ForEach([0, 1, 2], i => Deal(i));
        Digest[] deals = [.. Entry!.Attachments];
        Dispose(AcceptAll());
        Assert.That(Custody.Superseded, Is.EquivalentTo([old, .. deals]));
        Assert.That(Custody.Superseded.Select(a => ErasureRules.IsErased(_chain.State, a)), Is.All.EqualTo(refresh));
        Assert.That(ErasureRules.IsErased(_chain.State, Record.KeyHeader), Is.False);
        _chain.Send(_patient, new OrderErasure(Digest.Of([1]), Owner, ErasureScope.Of(_record.Command.Record), 1_000));
        Assert.That(Custody.Superseded.Append(Record.KeyHeader).All(a => ErasureRules.IsErased(_chain.State, a)));
    }

    [Test]
    public void Refreshed_shares_restore_the_secret_and_do_not_mix_with_the_old_ones()
    {
        KeyHeader before = Header();
        SecretScalar[] old = [.. _custodians.Vaults.Select(v => v.TryOpenAsync(Record.KeyHeader, default).AsTask().Result!)];
        Assert.That(Deal(0).Status, Is.EqualTo(ReceiptStatus.Refused), "nobody has asked for it");
        Assert.That(_chain.Send(_chain.RegisterPatient("another"), new RefreshKey(_record.Command.Record)).Status,
            Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.Send(_patient, new RefreshKey(_record.Command.Record)).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(_chain.Send(_patient, new RefreshKey(_record.Command.Record)).Status, Is.EqualTo(ReceiptStatus.Refused));
        Array.ForEach([3, 1, 0], i => Deal(i));
        SecretScalar[] fresh = AcceptAll();
        KeyHeader after = Header();
        Assert.That(after.Commitments[0], Is.EqualTo(before.Commitments[0]), "the same secret");
        AssertRestores(after, [(1, fresh[0]), (2, fresh[1]), (4, fresh[3])]);
        using SecretScalar mixed = SecretSharing.Combine([(1, old[0]), (2, old[1]), (3, fresh[2])]);
        Assert.That(mixed.Commit(), Is.Not.EqualTo(after.Commitments[0]));
        Assert.That(SecretSharing.VerifyShare(after.Commitments.AsSpan(), 1, old[0]), Is.False);
        Dispose(old);
        Dispose(fresh);
    }

    [Test]
    public void Deal_of_another_share_or_for_other_holders_is_refused()
    {
        Change();
        using SecretScalar foreign = SecretScalar.Random();
        Assert.That(Deal(0, foreign).Reason, Is.EqualTo("The deal does not begin with the dealer's own share."));
        Assert.That(Deal(0, change: d => d with { Mark = default }).Reason, Does.Contain("another record, or for other holders"));
        Assert.That(Deal(0, change: d => d with { SealedShares = d.SealedShares[1..] }).Reason, Does.Contain("for other holders"));
        var noPoint = new RistrettoPoint(Enumerable.Repeat((byte)255, 32).ToArray());
        Assert.That(Deal(0, change: d => d with { Commitments = d.Commitments.SetItem(2, noPoint) }).Reason, Does.Contain("is no point"));
        Assert.That(Deal(0).Status, Is.EqualTo(ReceiptStatus.Applied));
    }

    [Test]
    public void Missing_part_is_read_out_by_its_dealer()
    {
        Change();
        Deal(0, change: d => d with { SealedShares = d.SealedShares.SetItem(4, new byte[80]) });
        Deal(1);
        Deal(2);
        Digest pending = Entry!.Pending;
        Assert.That(Parts(4), Has.Length.EqualTo(2), "one does not open");
        Assert.That(Accuse(4, 0b001).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Accuse(4, 0b001).Reason, Does.StartWith("The command accuses nobody"));
        Assert.That(Accuse(4, 0b010).Reason, Does.Contain("at most 1 can be faulty"));
        Assert.That(Answer(1, 4, new byte[32]).Reason, Does.Contain("accuses the sender of nothing"));
        Assert.That(Answer(0, 4, new byte[32]).Reason, Does.Contain("no scalar"));
        byte[] one = [1, .. new byte[31]];
        Assert.That(Answer(0, 4, one).Reason, Does.Contain("not the one that the deal's commitments promise"));
        Assert.That(Answer(0, 4, Backup(0, 4)).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That(Entry!.Pending, Is.EqualTo(pending));
        SecretScalar[] shares = AcceptAll();
        AssertRestores(Header(), [(5, shares[4]), (1, shares[0]), (2, shares[1]), (3, shares[2])]);
        Dispose(shares);
    }

    [Test]
    public void Dealer_that_does_not_answer_is_dropped_and_the_next_deal_counts()
    {
        Change();
        Deal(0, change: d => d with { SealedShares = d.SealedShares.SetItem(4, new byte[80]) });
        Array.ForEach([1, 2, 3], i => Deal(i));
        Digest first = Entry!.Pending;
        Accuse(4, 0b0001);
        Array.ForEach([0, 1, 2, 3], i => Accept(i));
        Assert.That(Entry, Is.Not.Null, "an accusation is open, whoever has accepted");
        _chain.Time += ReshareRules.Patience;
        Accept(0);
        Assert.That((Entry!.Pending == first, Entry.Deals[0].IsDropped, Entry.Accepted), Is.EqualTo((false, true, 0)));
        SecretScalar[] shares = AcceptAll();
        AssertRestores(Header(), [(5, shares[4]), (4, shares[3]), (2, shares[1]), (3, shares[2])]);
        Dispose(shares);
    }

    [Test]
    public void Quorum_of_new_holders_waits_for_the_others_for_a_time_only()
    {
        Change();
        Array.ForEach([0, 1, 2], i => Deal(i));
        Array.ForEach([0, 1, 2, 4], i => Accept(i));
        Assert.That(Entry, Is.Not.Null);
        Digest handle = Entry!.Handles[0];
        Assert.That(Accept(0, handle).Reason, Does.Contain("has accepted its new share"));
        _chain.Time += ReshareRules.Patience;
        Assert.That(Accept(0, handle).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That((Entry, Custody.Accepted), Is.EqualTo(((ReshareEntry?)null, 4)));
    }

    [Test]
    public void Erasure_takes_what_is_on_its_way_along()
    {
        Change();
        Array.ForEach([0, 1, 2], i => Deal(i));
        Digest[] left = [.. Entry!.Attachments, Entry.Pending];
        _chain.Send(_patient, new OrderErasure(Digest.Of([1]), Owner, ErasureScope.Of(_record.Command.Record), 1_000));
        Assert.That(Entry, Is.Null);
        Assert.That(left.All(a => ErasureRules.IsErased(_chain.State, a)));
        Assert.That(Custody.Superseded, Is.EquivalentTo(left));
        Assert.That(Deal(3).Status, Is.EqualTo(ReceiptStatus.Refused));
    }

    [Test]
    public void Resharing_begins_again_when_the_validators_change_once_more()
    {
        Change();
        Array.ForEach([0, 1, 2], i => Deal(i));
        Digest[] left = [.. Entry!.Attachments, Entry.Pending];
        PublicKey leaving = _chain.Genesis.Validators.Members[3].VotingKey;
        Change(ValidatorChange.Remove(leaving));
        Assert.That(Deal(0).Status, Is.EqualTo(ReceiptStatus.Applied));
        Assert.That((Entry!.Epoch, Entry.Deals.Length), Is.EqualTo((2L, 1)));
        Assert.That(Custody.Superseded, Is.EquivalentTo(left));
    }

    private AccountId Owner => _patient.On(_chain);

    private RecordEntry Record => _chain.State.Get<RecordEntry>(StateKey.Record(Owner, _record.Command.Record))!;

    private CustodyEntry Custody => _chain.State.Get<CustodyEntry>(StateKey.Custody(Owner, _record.Command.Record))!;

    private ReshareEntry? Entry => _chain.State.Get<ReshareEntry>(StateKey.Reshare(Owner, _record.Command.Record));

    private KeyHeader Header() => Read<KeyHeader>(Record.KeyHeader);

    private T Read<T>(Digest attachment)
        where T : class, ICanonical<T> =>
        AttachmentReader.TryReadAsync<T>(_chain.Blobs, attachment, default).AsTask().Result!;

    /// <summary>A fifth validator joins, or another change; the next block is of the next epoch.</summary>
    private void Change(ValidatorChange? change = null)
    {
        change ??= ValidatorChange.Add(
            new Validator(_newcomer.Signing.PublicKey, _newcomer.Agreement.PublicKey, _newcomersOperator.Signing.PublicKey));
        _chain.Send(_chain.Operators[0], new ProposeValidators(change, new BlockHeight(1_000)));
        for (int i = 1; i < 4; i++)
        {
            _chain.Send(_chain.Operators[i], new ApproveValidators(_chain.Operators[0].Signing.PublicKey, change));
        }

        _chain.Epoch++;
    }

    private Person KeyOf(int holder) => holder < 4 ? _chain.Voters[holder] : _newcomer;

    private Person OperatorOf(int holder) => holder < 4 ? _chain.Operators[holder] : _newcomersOperator;

    private Receipt Deal(int dealer, SecretScalar? share = null, Func<ShareDeal, ShareDeal>? change = null)
    {
        Digest header = Record.KeyHeader;
        using SecretScalar own = _custodians.Vaults[dealer].TryOpenAsync(header, default).AsTask().Result!;
        ShareDeal deal = ShareDealing.Deal(
            _chain.Genesis.Chain,
            RecordEntry.Mark(Owner, _record.Command.Record),
            header,
            KeyOf(dealer).Agreement.PublicKey,
            share ?? own,
            Holders);
        Attachment attachment = Attachment.Create(change is null ? deal : change(deal));
        return _chain.Send(
            OperatorOf(dealer),
            new DealShares([new DealReference(Owner, _record.Command.Record, header, attachment.Commitment)]),
            attachment);
    }

    private (int Dealer, SecretScalar Part)[] Parts(int holder)
    {
        ReshareEntry entry = Entry!;
        var parts = new List<(int, SecretScalar)>();
        foreach (Dealing dealing in entry.Chosen(3))
        {
            Accusation? answered = entry.Accusations.FirstOrDefault(
                a => a.Holder == holder && a.Dealer == dealing.Dealer && !a.IsOpen);
            SecretScalar? part = answered is not null && SecretScalar.TryImport(answered.Answer.Span, out SecretScalar? told)
                ? told
                : ShareDealing.TryOpen(
                    KeyOf(holder).Agreement, _chain.Genesis.Chain, Record.KeyHeader, Read<ShareDeal>(dealing.Deal), holder);
            if (part is not null)
            {
                parts.Add((dealing.Dealer, part));
            }
        }

        return [.. parts];
    }

    private Receipt Accept(int holder, Digest? handle = null) => _chain.Send(
        OperatorOf(holder),
        new AcceptShares([new ShareAcceptance(
            Owner, _record.Command.Record, Entry!.Pending, handle ?? new Digest(SecureRandom.Bytes(Digest.Size)))]));

    private SecretScalar[] AcceptAll()
    {
        int count = Holders.Count;
        SecretScalar[] shares = [.. Enumerable.Range(0, count).Select(i => ShareDealing.Combine(Parts(i)))];

        // Block time goes on, so that a quorum may suffice before the last has accepted.
        for (int i = 0; i < count && Entry is not null; i++)
        {
            Assert.That(Accept(i).Status, Is.EqualTo(ReceiptStatus.Applied));
        }

        return shares;
    }

    private Receipt Accuse(int holder, ulong dealers) =>
        _chain.Send(OperatorOf(holder), new AccuseDealers(Owner, _record.Command.Record, dealers));

    private Receipt Answer(int dealer, int holder, byte[] part) =>
        _chain.Send(OperatorOf(dealer), new AnswerAccusation(Owner, _record.Command.Record, holder, part));

    private byte[] Backup(int dealer, int holder) => ShareDealing.TryAnswer(
        KeyOf(dealer).Agreement,
        _chain.Genesis.Chain,
        Record.KeyHeader,
        Read<ShareDeal>(Entry!.Deals.First(d => d.Dealer == dealer).Deal),
        holder)!;

    private static void AssertRestores(KeyHeader header, ImmutableArray<(int, SecretScalar)> shares)
    {
        using SecretScalar secret = SecretSharing.Combine(shares);
        Assert.That(secret.Commit(), Is.EqualTo(header.Commitments[0]));
    }

    private static void Dispose(SecretScalar[] scalars) => Array.ForEach(scalars, s => s.Dispose());
}
