using MedChain.Core.Contracts;
using NUnit.Framework;
using static MedChain.Core.Tests.Contracts.Programs.StudyRegister;

namespace MedChain.Core.Tests.Contracts.Programs;

[TestFixture]
public sealed class ContractLanguageTests
{
    private static readonly EntityUid Anna = Patient("anna");
    private static readonly EntityUid Bert = Patient("bert");

    private StudyRegister _register = new();

    [SetUp]
    public void Deploy() => _register = new StudyRegister();

    [Test]
    public void Call_changes_state_and_emits_an_event()
    {
        ContractReceipt receipt = _register.Call(Anna, "enrol", Of(Anna));

        Assert.That(receipt.Failure, Is.Null);
        var emitted = (ContractEffect.Emitted)receipt.Effects.Single();
        Assert.That((emitted.Name, emitted.Contract), Is.EqualTo(("Enrolled", _register.Address)));
        Assert.That(emitted.Values, Is.EqualTo(new[] { Of(Anna), new DateTimeValue(1_000) }));
        Assert.That(_register.View("isEnrolled", Of(Anna)), Is.EqualTo(BooleanValue.True));
        Assert.That(_register.View("since", Of(Anna)), Is.EqualTo(new DateTimeValue(1_000)));
        Assert.That(_register.View("isEnrolled", Of(Bert)), Is.EqualTo(BooleanValue.False));
    }

    [Test]
    public void Failure_says_why_and_leaves_nothing_behind()
    {
        _register.Call(Anna, "enrol", Of(Anna));
        ContractReceipt receipt = _register.Call(_register.Invocation(Anna, "enrol", [Of(Anna)], time: 2_000));

        Assert.That(receipt.Failure, Does.EndWith("already enrolled"));
        Assert.That(receipt.Effects, Is.Empty);
        Assert.That(_register.View("since", Of(Anna)), Is.EqualTo(new DateTimeValue(1_000)));
    }

    [Test]
    public void Caller_who_does_not_fulfil_the_condition_is_refused_with_its_text()
    {
        Assert.That(_register.Call(Bert, "enrol", Of(Anna)).Failure, Does.Contain("enrol requires principal is Patient && "));
        Assert.That(_register.Call(new EntityUid("Clinician", "c"), "leave").Failure, Does.Contain("leave requires principal is Patient"));
    }

    [Test]
    public void First_value_holds_until_the_first_assignment()
    {
        foreach (string id in new[] { "1", "2", "3" })
        {
            Assert.That(_register.Call(Patient(id), "enrol", Of(Patient(id))).Failure, Is.Null);
        }

        Assert.That(_register.Call(Patient("4"), "enrol", Of(Patient("4"))).Succeeded, Is.False, "There are three seats.");
        Assert.That(_register.Call(Patient("1"), "leave").Failure, Is.Null);
        Assert.That(_register.Call(Patient("4"), "enrol", Of(Patient("4"))).Failure, Is.Null);
    }

    [Test]
    public void Loop_visits_each_key_once_in_the_same_order()
    {
        _register.Call(_register.Invocation(Bert, "enrol", [Of(Bert)], time: 10));
        _register.Call(_register.Invocation(Anna, "enrol", [Of(Anna)], time: 30));
        Assert.That(_register.View("before", new DateTimeValue(20)), Is.EqualTo(new LongValue(1)));
        Assert.That(_register.View("before", new DateTimeValue(31)), Is.EqualTo(new LongValue(2)));
    }

    [Test]
    public void Entry_that_is_missing_is_a_failure_with_its_place() =>
        Assert.That(_register.TryView("since", Of(Anna)).Failure, Does.Match(@"^\d+:\d+: the variable has no value for .*anna"));

    [Test]
    public void Argument_of_another_type_is_refused()
    {
        Assert.That(_register.TryView("isEnrolled", Of(new EntityUid("Clinician", "c"))).Failure, Does.Contain("needs a Patient"));
        Assert.That(_register.TryView("isEnrolled", new LongValue(1)).Succeeded, Is.False);
        Assert.That(_register.TryView("isEnrolled").Succeeded, Is.False);
    }

    [Test]
    public void Function_that_may_change_state_cannot_be_asked_as_a_view() =>
        Assert.That(_register.TryView("leave").Failure, Does.Contain("only a view"));

    [Test]
    public void Endless_loop_costs_its_gas_and_nothing_more()
    {
        var endless = new StudyRegister("contract Endless { state n: Long = 0; fn run() { while true { n += 1; } } }");
        ContractReceipt receipt = endless.Call(endless.Invocation(Anna, "run", []) with { Gas = 50_000 });
        Assert.That((receipt.Succeeded, receipt.GasUsed), Is.EqualTo((false, 50_000L)));
    }

    [Test]
    public void Contract_calls_another_and_a_failure_there_undoes_everything()
    {
        const string Caller = """
            contract Office {
              state calls: Long = 0;
              import fn leave();
              import view fn isEnrolled(who: Patient): Bool;
              fn remove(study: Contract) { calls += 1; study.leave(); }
              view fn asks(who: Patient): Bool { return Contract::"StudyRegister".isEnrolled(who) || false; }
              view fn count(): Long { return calls; }
            }
            """;
        var office = new StudyRegister(Caller, Text);
        Assert.That(office.Call(Anna, "remove", Of(new EntityUid("Contract", "StudyRegister"))).Failure, Does.Contain("not enrolled"));
        Assert.That(office.View("count"), Is.EqualTo(new LongValue(0)));
        Assert.That(office.View("asks", Of(Anna)), Is.EqualTo(BooleanValue.False));
    }

    [Test]
    public void Contract_that_is_being_executed_cannot_be_entered_through_another_one()
    {
        var first = new StudyRegister(
            "contract First { import fn back(); fn go() { Contract::\"Second\".back(); } fn ping() { } }",
            "contract Second { import fn ping(); fn back() { Contract::\"First\".ping(); } }");
        Assert.That(first.Call(Anna, "ping").Failure, Is.Null);
        Assert.That(first.Call(Anna, "go").Failure, Does.EndWith("the contract is being executed already"));
    }

    [Test]
    public void Private_functions_locals_and_branches_compute()
    {
        var math = new StudyRegister("""
            contract Math {
              private view fn twice(x: Long): Long { return x * 2; }
              view fn f(x: Long, y: Long): Long {
                let z = twice(x) + y;
                z = y + 1 - z;
                if z < 0 { z = -z; } else if z == 0 { return 100; } else { z -= 1; }
                return z;
              }
            }
            """);
        Assert.That(math.View("f", new LongValue(3), new LongValue(4)), Is.EqualTo(new LongValue(5)));
        Assert.That(math.View("f", new LongValue(-3), new LongValue(4)), Is.EqualTo(new LongValue(6)));
        Assert.That(math.TryView("twice", new LongValue(1)).Succeeded, Is.False);
    }

    [Test]
    public void Overflow_is_a_failure_with_its_place()
    {
        var math = new StudyRegister("contract M { view fn f(x: Long): Long { return x + 1; } }");
        Assert.That(math.TryView("f", new LongValue(long.MaxValue)).Failure, Does.Match(@"^1:\d+: the result is outside"));
    }

    [Test]
    public void Obligations_and_uses_come_out_in_order()
    {
        var duty = new StudyRegister("contract D { fn f() { oblige \"notify\", \"patient\"; consume \"uses\", 2; } }");
        ContractReceipt receipt = duty.Call(Anna, "f");
        Assert.That(receipt.Failure, Is.Null);
        Assert.That(
            receipt.Effects.Select(e => e is ContractEffect.Obliged o ? $"{o.Name} {o.Detail}" : $"{((ContractEffect.Consumed)e).Amount}"),
            Is.EqualTo(new[] { "notify patient", "2" }));
    }

    [Test]
    public void Record_values_and_their_attributes_are_read()
    {
        var records = new StudyRegister("""
            contract R {
              state last: { name: String, age?: Long };
              fn set(value: { name: String, age?: Long }) { last = value; }
              view fn age(): Long {
                let value = last;
                if value has age { return value.age; }
                return -1;
              }
            }
            """);
        var anna = new RecordValue(new Dictionary<string, CedarValue> { ["name"] = new StringValue("Anna"), ["age"] = new LongValue(40) });
        Assert.That(records.Call(Anna, "set", anna).Failure, Is.Null);
        Assert.That(records.View("age"), Is.EqualTo(new LongValue(40)));
    }
}
