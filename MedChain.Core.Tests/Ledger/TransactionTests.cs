using CsCheck;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger;

/// <summary>What a chain takes from outside.</summary>
[TestFixture]
public sealed class TransactionTests
{
    private LedgerChain _chain = null!;

    [SetUp]
    public void Start() => _chain = new LedgerChain(ChainKind.Account, "hospital");

    [TearDown]
    public void Stop() => _chain.Dispose();

    [Test]
    public void Signature_covers_every_field()
    {
        Transaction signed = _chain.Sign(_chain.Administrator, new RevokeGrant(default));
        var other = new Digest([.. Enumerable.Repeat((byte)7, Digest.Size)]);
        using SigningKey stranger = SigningKey.Create();
        Transaction[] changed =
        [
            signed with { Chain = new ChainId(other) },
            signed with { Sender = new AccountId(other) },
            signed with { Key = stranger.PublicKey },
            signed with { Nonce = signed.Nonce + 1 },
            signed with { LastHeight = 1 },
            signed with { Body = Canonical.Encode<Command>(new RevokeGrant(other)) },
        ];
        Assert.That(signed.HasValidSignature());
        Assert.That(changed.Where(t => t.HasValidSignature()), Is.Empty);
    }

    /// <summary>The chains of one process share what they verified; one chain's verdict must not open another chain.</summary>
    [Test]
    public void Transaction_of_another_chain_is_refused_also_when_that_chain_verified_it()
    {
        using var other = new LedgerChain(ChainKind.Account, "clinic");
        byte[] bytes = Canonical.Encode(other.Sign(other.Administrator, new RevokeGrant(default)));
        var shared = new VerifiedTransactions();
        Assert.That(TransactionProcessor.Check(new AccountLedger(other.Genesis, EvidenceJudge.Instance), bytes, shared, out _), Is.Null);
        Assert.That(
            TransactionProcessor.Check(new AccountLedger(_chain.Genesis, EvidenceJudge.Instance), bytes, shared, out _),
            Does.Contain("this is 'hospital'"));
    }

    [Test]
    public void Command_of_the_other_kind_of_chain_is_refused()
    {
        byte[] bytes = Canonical.Encode(_chain.Sign(_chain.Administrator, new AbandonTask(default)));
        Assert.That(_chain.Executor.Check(bytes), Is.EqualTo("An account chain has no command AbandonTask."));
    }

    [Test]
    public void Nonce_of_zero_is_refused()
    {
        byte[] body = Canonical.Encode<Command>(new RevokeGrant(default));
        Transaction transaction = Transaction.Sign(
            _chain.Genesis.Chain, _chain.Administrator.On(_chain), _chain.Administrator.Signing, nonce: 0, lastHeight: 0, body);
        Assert.That(_chain.Executor.Check(Canonical.Encode(transaction)), Does.Contain("nonces start at 1"));
    }

    [Test]
    public void Transaction_above_the_size_limit_is_refused_unread() =>
        Assert.That(_chain.Executor.Check(new byte[Transaction.MaxBytes + 1]), Does.Contain($"the limit is {Transaction.MaxBytes}"));

    [Test]
    public void Transaction_is_not_ordered_before_its_attachments_are_stored()
    {
        Person patient = _chain.RegisterPatient("patient");
        Attachment policy = Attachment.Create(new PolicyDocument("permit (principal, action, resource);"));
        byte[] bytes = Canonical.Encode(_chain.Sign(patient, new SetGrant(default, policy.Commitment)));
        Assert.That(_chain.Executor.Check(bytes), Does.Contain("store it before the transaction is sent"));
        _chain.Put(policy);
        Assert.That(_chain.Executor.Check(bytes), Is.Null);
    }

    [Test]
    public void Repeated_transaction_is_a_duplicate_and_changes_nothing()
    {
        using var person = new Person("patient");
        byte[] bytes = Canonical.Encode(_chain.Sign(_chain.Administrator, new RegisterAccount(
            new AccountEntry(AccountKind.Patient, person.Signing.PublicKey, person.Agreement.PublicKey, []))));
        Assert.That(_chain.Execute(bytes, bytes).Select(r => r.Status), Is.EqualTo([ReceiptStatus.Applied, ReceiptStatus.Duplicate]));
        Digest root = _chain.Executor.Current.Tree.Root;
        Assert.That(_chain.Execute(bytes)[0].Status, Is.EqualTo(ReceiptStatus.Duplicate));
        Assert.That(_chain.Executor.Current.Tree.Root, Is.EqualTo(root));
    }

    [Test]
    public void Transaction_after_its_last_height_is_invalid_and_keeps_its_nonce()
    {
        _chain.Execute();
        byte[] body = Canonical.Encode<Command>(new RevokeGrant(default));
        Transaction late = Transaction.Sign(
            _chain.Genesis.Chain, _chain.Administrator.On(_chain), _chain.Administrator.Signing, nonce: 1, lastHeight: 1, body);
        Digest root = _chain.Executor.Current.Tree.Root;
        Assert.That(_chain.Execute(Canonical.Encode(late))[0].Status, Is.EqualTo(ReceiptStatus.Invalid));
        Assert.That(_chain.Executor.Current.Tree.Root, Is.EqualTo(root));
    }

    [Test]
    public void Sender_who_signs_with_another_key_than_the_account_s_is_invalid()
    {
        byte[] body = Canonical.Encode<Command>(new RevokeGrant(default));
        using SigningKey thief = SigningKey.Create();
        Transaction forged = Transaction.Sign(
            _chain.Genesis.Chain, _chain.Administrator.On(_chain), thief, nonce: 1, lastHeight: 0, body);
        Receipt receipt = _chain.Execute(Canonical.Encode(forged))[0];
        Assert.That((receipt.Status, receipt.Reason), Is.EqualTo(
            (ReceiptStatus.Invalid, $"The transaction is not signed with the current key of account {_chain.Administrator.On(_chain)}.")));
    }

    [Test]
    public void Refused_command_spends_its_nonce_and_changes_nothing_else()
    {
        Person patient = _chain.RegisterPatient("patient");
        var before = _chain.Executor.Current.Tree.Scan(default).ToDictionary(e => Convert.ToHexString(e.Key.Span), e =>
            Convert.ToHexString(e.Value.Span));
        Receipt receipt = _chain.Send(patient, new RevokeGrant(default));
        var after = _chain.Executor.Current.Tree.Scan(default).ToDictionary(e => Convert.ToHexString(e.Key.Span), e =>
            Convert.ToHexString(e.Value.Span));
        Assert.That((receipt.Status, receipt.Events.IsEmpty), Is.EqualTo((ReceiptStatus.Refused, true)));
        string nonce = Convert.ToHexString(MedChain.Core.Ledger.StateKey.Nonce(patient.On(_chain)).Bytes.Span);
        Assert.That(after.Except(before).Select(e => e.Key), Is.EqualTo([nonce]));
    }

    [Test]
    public void Refused_command_of_a_sender_without_an_account_leaves_no_trace()
    {
        using var stranger = new Person("stranger");
        Digest before = _chain.Executor.Current.Tree.Root;
        Receipt receipt = _chain.Send(stranger, new RevokeGrant(default));
        Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(_chain.Executor.Current.Tree.Root, Is.EqualTo(before));
    }

    /// <summary>Valid transactions with some bytes changed, taken out or put in, in a block as a faulty leader may order them.</summary>
    [Test]
    public void Damaged_transactions_give_receipts_and_never_throw()
    {
        Person patient = _chain.RegisterPatient("patient");
        using var tasks = new LedgerChain(ChainKind.Transaction, "research");
        using var person = new Person("somebody");
        tasks.Register(person, AccountKind.Researcher);
        ChainProof proof = tasks.Prove(MedChain.Core.Ledger.StateKey.Account(person.On(tasks)));
        byte[][] seeds =
        [
            Canonical.Encode(_chain.Sign(_chain.Administrator, new RegisterAccount(
                new AccountEntry(AccountKind.Practitioner, person.Signing.PublicKey, person.Agreement.PublicKey, ["nurse", "surgeon"])))),
            Canonical.Encode(_chain.Sign(_chain.Administrator, new AnchorChain(tasks.Genesis))),
            Canonical.Encode(_chain.Sign(patient, new DeliverProof(proof))),
            Canonical.Encode(_chain.Sign(patient, new RevokeGrant(default))),
        ];
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2_000], Gen.Int[0, 3], Gen.Byte.Array[0, 4], Gen.Bool).Sample(
            (seed, at, removed, inserted, resign) =>
            {
                byte[] bytes = Change(seeds[seed], at, removed, inserted);
                if (resign && Canonical.TryDecode(seeds[seed], out Transaction? original, out _))
                {
                    // Well signed, so that the damage is in the command.
                    byte[] body = Change(original.Body.ToArray(), at, removed, inserted);
                    bytes = Canonical.Encode(Transaction.Sign(original.Chain, patient.On(_chain), patient.Signing, 1, 0, body));
                }

                _ = _chain.Executor.Check(bytes);
                Assert.That(_chain.Execute(bytes), Has.Length.EqualTo(1));
            },
            iter: 3_000,
            threads: 1);
    }

    private static byte[] Change(byte[] bytes, int at, int removed, byte[] inserted)
    {
        int from = at % bytes.Length;
        return [.. bytes[..from], .. inserted, .. bytes.Skip(from + removed)];
    }
}
