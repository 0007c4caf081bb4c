using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Contracts.Programs;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Contracts;

/// <summary>What the ledgers make of deployments and calls.</summary>
[TestFixture]
public sealed class ContractRulesTests
{
    private const string Endless = "contract Endless { state n: Long = 0; fn run() { while true { n += 1; } } }";

    private ContractChain _on = null!;

    [SetUp]
    public void Start() => _on = new ContractChain();

    [TearDown]
    public void Stop() => _on.Dispose();

    [TestCase(ChainKind.Account)]
    [TestCase(ChainKind.Transaction)]
    public void Administrator_deploys_and_a_registered_account_calls(ChainKind kind)
    {
        using var on = new ContractChain(kind);
        Digest register = on.Deploy(StudyRegister.Text);
        long time = on.Chain.Time;
        Receipt receipt = on.Call(on.Anna, register, "enrol", on.ValueOf(on.Anna));

        Assert.That((receipt.Status, receipt.Reason), Is.EqualTo((ReceiptStatus.Applied, "")));
        Assert.That(receipt.Events.Single(), Is.EqualTo(new LedgerEvent(LedgerEventKind.ContractCalled, on.Anna.On(on.Chain), register)));
        var emitted = (ContractEffect.Emitted)receipt.Call!.Effects.Single();
        Assert.That(emitted.Contract, Is.EqualTo(ContractAddress.Of(register)));
        Assert.That(emitted.Values, Is.EqualTo(new[] { on.ValueOf(on.Anna), new DateTimeValue(time) }), "context.now is block time.");
        Assert.That(on.Variable(register, "seats", on.ValueOf(on.Anna)), Is.EqualTo(new DateTimeValue(time)));
        Assert.That(on.Variable(register, "used"), Is.EqualTo(new LongValue(1)));
        Assert.That(receipt.Call.Gas, Is.Positive);
    }

    [Test]
    public void Nobody_but_the_administrator_deploys()
    {
        var deployment = new DeployContract("label", ContractChain.Compile(StudyRegister.Text).Bytecode);
        Person clinic = _on.Register("another organisation", AccountKind.Organisation);
        foreach (Person person in new[] { _on.Anna, clinic, _on.Chain.Own(new Person("stranger")) })
        {
            string[] before = _on.State();
            Receipt receipt = _on.Chain.Send(person, deployment);
            Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Refused));
            Assert.That(receipt.Reason, Does.StartWith("Only the chain's administrator"));
            Assert.That(_on.State(), Is.EqualTo(before));
        }
    }

    [Test]
    public void Name_follows_from_label_and_bytecode_and_is_used_once()
    {
        Digest first = _on.Deploy(StudyRegister.Text, "first");
        Digest second = _on.Deploy(StudyRegister.Text, "second");
        Assert.That(first, Is.Not.EqualTo(second));
        var again = new DeployContract("first", ContractChain.Compile(StudyRegister.Text).Bytecode);
        Assert.That(_on.Chain.Send(_on.Chain.Administrator, again).Reason, Does.Contain("exists already"));

        _on.Apply(first, "enrol", _on.ValueOf(_on.Anna));
        Assert.That(_on.Variable(second, "seats", _on.ValueOf(_on.Anna)), Is.Null, "Each has a state of its own.");
    }

    [TestCase(0)]
    [TestCase(7)]
    [TestCase(100)]
    public void Bytecode_that_does_not_verify_is_not_even_ordered(int place)
    {
        byte[] bytes = ContractChain.Compile(StudyRegister.Text).Bytecode.ToArray();
        bytes[place] ^= 0xFF;
        Receipt receipt = _on.Chain.Send(_on.Chain.Administrator, new DeployContract("label", bytes));
        Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Invalid));
        Assert.That(receipt.Reason, Does.StartWith("The bytecode does not verify: E"));
    }

    [Test]
    public void Policy_is_no_contract_and_a_label_has_a_length()
    {
        byte[] policy = [.. Benchmarks.Modules.PolicyPrograms.All().First().Bytes];
        Assert.That(Refused(new DeployContract("label", policy)), Does.Contain("a policy's"));
        Assert.That(Refused(new DeployContract("", ContractChain.Compile(Endless).Bytecode)), Does.Contain("label is empty"));
        Assert.That(Refused(new DeployContract("label", new byte[ModuleLimits.ModuleBytes])), Does.Contain("MCVM"));

        string Refused(Command command)
        {
            Receipt receipt = _on.Chain.Send(_on.Chain.Administrator, command);
            Assert.That(receipt.Status, Is.EqualTo(ReceiptStatus.Invalid));
            return receipt.Reason;
        }
    }

    [Test]
    public void Stranger_calls_nothing_and_leaves_no_trace()
    {
        Digest register = _on.Deploy(StudyRegister.Text);
        Digest root = _on.Chain.Executor.Current.Tree.Root;
        Receipt receipt = _on.Call(_on.Chain.Own(new Person("stranger")), register, "leave");
        Assert.That((receipt.Status, receipt.Call), Is.EqualTo((ReceiptStatus.Refused, (ContractReport?)null)));
        Assert.That(_on.Chain.Executor.Current.Tree.Root, Is.EqualTo(root));
    }

    [Test]
    public void Failing_call_leaves_its_nonce_its_gas_and_its_reason()
    {
        Digest register = _on.Deploy(StudyRegister.Text);
        _on.Apply(register, "enrol", _on.ValueOf(_on.Anna));
        string[] before = _on.State();
        Transaction again = _on.Chain.Sign(
            _on.Anna, new CallContract(register, "enrol", [_on.ValueOf(_on.Anna)], ContractRules.MaxGas));
        Receipt[] receipts = _on.Chain.Execute(Canonical.Encode(again), Canonical.Encode(again));

        Assert.That(receipts[0].Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(receipts[0].Reason, Does.Match("^[0-9]+:[0-9]+: already enrolled$"));
        Assert.That((receipts[0].Call!.Gas > 0, receipts[0].Call!.Effects.Length), Is.EqualTo((true, 0)));
        Assert.That(receipts[1].Status, Is.EqualTo(ReceiptStatus.Duplicate));
        Assert.That(_on.State(), Is.EqualTo(before));
    }

    [Test]
    public void Call_that_runs_out_of_gas_costs_its_limit_and_changes_nothing()
    {
        Digest endless = _on.Deploy(Endless);
        string[] before = _on.State();
        Receipt receipt = _on.Chain.Send(_on.Anna, new CallContract(endless, "run", [], 50_000));
        Assert.That((receipt.Status, receipt.Call!.Gas), Is.EqualTo((ReceiptStatus.Refused, 50_000L)));
        Assert.That(_on.State(), Is.EqualTo(before));
    }

    [TestCase(0)]
    [TestCase(ContractRules.MaxGas + 1)]
    public void Gas_limit_outside_the_rules_is_not_even_ordered(long gas)
    {
        Digest endless = _on.Deploy(Endless);
        Assert.That(_on.Chain.Send(_on.Anna, new CallContract(endless, "run", [], gas)).Status, Is.EqualTo(ReceiptStatus.Invalid));
    }

    [Test]
    public void Account_that_used_its_gas_waits_for_the_next_block_and_keeps_nobody_out()
    {
        Digest endless = _on.Deploy(Endless);
        Digest register = _on.Deploy(StudyRegister.Text);
        Person bert = _on.Register("bert", AccountKind.Patient);
        Receipt[] receipts = _on.Chain.Execute(
            Sign(_on.Anna, endless, "run"), Sign(_on.Anna, register, "leave"), Sign(bert, register, "enrol", _on.ValueOf(bert)));

        Assert.That(receipts[0].Call!.Gas, Is.EqualTo(ContractRules.MaxGas));
        Assert.That(receipts[1].Call, Is.Null);
        Assert.That(receipts[1].Reason, Does.StartWith("The sender's calls in this block").And.Contain("call again"));
        Assert.That(receipts[2].Status, Is.EqualTo(ReceiptStatus.Applied), receipts[2].Reason);
        Assert.That(_on.Call(_on.Anna, register, "leave").Reason, Does.EndWith("not enrolled"), "The next block has gas again.");
    }

    [Test]
    public void Block_has_a_limit_for_all_accounts_together()
    {
        Digest endless = _on.Deploy(Endless);
        Person[] people = [.. Enumerable.Range(0, 21).Select(i => _on.Register($"person {i}", AccountKind.Patient))];
        Receipt[] receipts = _on.Chain.Execute([.. people.Select(p => Sign(p, endless, "run"))]);
        Assert.That(receipts.Take(20).Select(r => r.Call?.Gas), Is.All.EqualTo(ContractRules.MaxGas));
        Assert.That(receipts[20].Call, Is.Null);
        Assert.That(receipts[20].Reason, Does.StartWith("The calls of this block").And.Contain("call again"));
    }

    [Test]
    public void Caller_is_the_entity_of_the_account_with_its_roles_and_institution()
    {
        const string Ward = """
            contract Ward {
              state last: Clinician;
              fn sign() requires principal is Clinician && principal in Role::"nurse" && principal in Organization::"clinic"
                && principal.openReviews == 0 { last = principal; }
            }
            """;
        Digest ward = _on.Deploy(Ward);
        Person nurse = _on.Register("nurse", AccountKind.Practitioner, "nurse");
        Person doctor = _on.Register("doctor", AccountKind.Practitioner, "doctor");
        Assert.That(_on.Call(nurse, ward, "sign").Reason, Is.Empty);
        Assert.That(_on.Variable(ward, "last"), Is.EqualTo(new EntityValue(_on.EntityOf(nurse, "Clinician"))));
        Assert.That(_on.Call(doctor, ward, "sign").Reason, Does.Contain("sign requires"));
        Assert.That(_on.Call(_on.Anna, ward, "sign").Reason, Does.Contain("sign requires"));
    }

    [Test]
    public void Failure_in_a_called_contract_undoes_the_caller_too()
    {
        Digest register = _on.Deploy(StudyRegister.Text);
        Digest office = _on.Deploy($$"""
            contract Office {
              state calls: Long = 0;
              import fn leave();
              fn remove() { calls += 1; Contract::"{{register}}".leave(); }
            }
            """);
        string[] before = _on.State();
        Assert.That(_on.Call(_on.Anna, office, "remove").Reason, Does.EndWith("not enrolled"));
        Assert.That(_on.State(), Is.EqualTo(before));

        _on.Apply(register, "enrol", _on.ValueOf(_on.Anna));
        _on.Apply(office, "remove");
        Assert.That(_on.Variable(office, "calls"), Is.EqualTo(new LongValue(1)));
        Assert.That(_on.Variable(register, "seats", _on.ValueOf(_on.Anna)), Is.Null, "The caller of the first call is the principal.");
    }

    [Test]
    public void Contract_is_not_entered_again_whatever_its_address_looks_like()
    {
        Digest wall = _on.Deploy("contract Wall { import fn ping(); fn bounce(back: Contract) { back.ping(); } }");
        Digest ball = _on.Deploy($$"""
            contract Ball {
              state n: Long = 0;
              import fn bounce(back: Contract);
              fn hit(back: Contract) { n += 1; Contract::"{{wall}}".bounce(back); }
              fn ping() { n += 1; }
            }
            """);
        var upper = new EntityUid("Contract", ball.ToString().ToUpperInvariant());
        Assert.That(_on.Call(_on.Anna, ball, "hit", new EntityValue(ContractAddress.Of(ball))).Reason, Does.Contain("executed already"));
        Assert.That(_on.Call(_on.Anna, ball, "hit", new EntityValue(upper)).Reason, Does.Contain("no such contract"));
        Assert.That(_on.Variable(ball, "n"), Is.Null);
    }

    [TestCase("nothing")]
    [TestCase("isEnrolled")]
    public void Call_that_fits_no_function_fails_as_a_value(string function)
    {
        Digest register = _on.Deploy(StudyRegister.Text);
        Receipt receipt = _on.Call(_on.Anna, register, function);
        Assert.That((receipt.Status, receipt.Call!.Result), Is.EqualTo((ReceiptStatus.Refused, (CedarValue?)null)));
        Assert.That(_on.Call(_on.Anna, Digest.Of([1]), function).Reason, Does.Contain("no such contract"));
    }

    [Test]
    public void Long_failure_text_is_cut_between_characters()
    {
        Digest loud = _on.Deploy("contract Loud { fn cry(text: String) { fail text; } }");
        foreach (int length in new[] { 200, 255, 256, 257 })
        {
            string text = new string('a', length) + string.Concat(Enumerable.Repeat("😀", 200));
            Receipt receipt = _on.Call(_on.Anna, loud, "cry", new StringValue(text));
            Assert.That(receipt.Reason, Has.Length.InRange(255, 256));
            Assert.That(receipt.Reason, Does.Not.Contain("\uFFFD"));
        }
    }

    [Test]
    public void State_of_a_contract_has_a_limit_and_what_is_deleted_makes_room()
    {
        Digest shelf = _on.Deploy("""
            contract Shelf {
              state items: Map<Long, Long>;
              fn fill(from: Long, to: Long) { let i = from; while i < to { items[i] = i; i += 1; } }
              fn drop(item: Long) { delete items[item]; }
            }
            """);
        for (long from = 0; from < ContractRules.MaxEntries; from += 2_048)
        {
            _on.Apply(shelf, "fill", new LongValue(from), new LongValue(from + 2_048));
        }

        ContractSize size = _on.Chain.State.GetOrDefault<ContractSize>(StateKey.ContractSize(shelf));
        Assert.That(size.Entries, Is.EqualTo(ContractRules.MaxEntries));
        var next = new LongValue(ContractRules.MaxEntries);
        Receipt full = _on.Call(_on.Anna, shelf, "fill", next, new LongValue(ContractRules.MaxEntries + 1));
        Assert.That(full.Reason, Does.Contain("delete what is no longer needed"));
        Assert.That((full.Call!.Gas > 0, _on.Variable(shelf, "items", next)), Is.EqualTo((true, (CedarValue?)null)));

        _on.Apply(shelf, "drop", new LongValue(0));
        _on.Apply(shelf, "fill", next, new LongValue(ContractRules.MaxEntries + 1));
    }

    [Test]
    public void Size_is_that_of_the_entries()
    {
        Digest register = _on.Deploy(StudyRegister.Text);
        _on.Apply(register, "enrol", _on.ValueOf(_on.Anna));
        _on.Apply(register, "leave");
        _on.Apply(register, "enrol", _on.ValueOf(_on.Anna));
        ContractSize size = _on.Chain.State.GetOrDefault<ContractSize>(StateKey.ContractSize(register));
        (int Key, int Value)[] entries =
        [
            .. _on.Chain.Executor.Current.Tree.Scan((byte[])[(byte)'S', .. register.ToArray()]).Select(e => (e.Key.Length, e.Value.Length)),
        ];
        Assert.That(size, Is.EqualTo(new ContractSize(entries.Length, entries.Sum(e => e.Key + e.Value))));
    }

    private ReadOnlyMemory<byte> Sign(Person caller, Digest contract, string function, params CedarValue[] arguments) =>
        Canonical.Encode(_on.Chain.Sign(caller, new CallContract(contract, function, [.. arguments], ContractRules.MaxGas)));
}
