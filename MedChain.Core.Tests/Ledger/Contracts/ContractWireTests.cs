using CsCheck;
using MedChain.Core.Clients;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Contracts.Bytecode;
using MedChain.Core.Tests.Contracts.Programs;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Contracts;

/// <summary>Bytes from outside, and what a proof of a variable proves.</summary>
[TestFixture]
public sealed class ContractWireTests
{
    private static readonly Digest Name = Digest.Of([1]);

    [Test]
    public void Mutated_commands_are_read_or_refused_and_never_throw()
    {
        CedarValue[] arguments =
        [
            new SetValue([new LongValue(-1), new StringValue("text")]),
            new RecordValue([new("name", new EntityValue(new EntityUid("Patient", "p")))]),
            IpAddressValue.FromBits(4, 7, 32)!,
        ];
        byte[] call = Canonical.Encode<Command>(new CallContract(Name, "enrol", [.. arguments], 5));
        byte[] deployment = Canonical.Encode<Command>(new DeployContract("label", ContractChain.Compile(StudyRegister.Text).Bytecode));
        Gen.Select(Gen.Bool, Gen.Int[0, deployment.Length - 1], Gen.Byte, Gen.Bool).Sample((isCall, place, value, isCut) =>
        {
            byte[] bytes = [.. isCall ? call : deployment];
            place %= bytes.Length;
            bytes[place] = value;
            ReadOnlyMemory<byte> changed = isCut ? bytes.AsMemory(0, place) : bytes;
            if (Canonical.TryDecode(changed, out Command? command, out _))
            {
                _ = command is CallContract read ? ContractRules.Problem(read) : ContractRules.Problem((DeployContract)command);
                Assert.That(Canonical.Encode(command), Is.EqualTo(changed.ToArray()), "A command has one form.");
            }
        });
    }

    [Test]
    public void Key_of_a_variable_is_read_back() => KeyCodecTests.Key.Null().Sample(key =>
    {
        StateKey place = ContractVariableKey.Of(Name, "seats", key);
        Assert.That(ContractVariableKey.TryRead(place.Bytes.Span, out Digest contract, out string variable, out CedarValue? read), Is.True);
        Assert.That((contract, variable, read), Is.EqualTo((Name, "seats", key)));
    });

    [TestCase("used", null, "0475736564")]
    [TestCase("seats", "anna", "057365617473" + "02" + "616E6E61")]
    public void Key_of_a_variable_has_the_known_bytes(string variable, string? key, string rest)
    {
        StateKey place = ContractVariableKey.Of(Name, variable, key is null ? null : new StringValue(key));
        Assert.That(Convert.ToHexString(place.Bytes.Span), Is.EqualTo($"53{Name.ToString().ToUpperInvariant()}{rest}"));
    }

    [TestCase(-1, "017FFFFFFFFFFFFFFF")]
    [TestCase(long.MaxValue, "01FFFFFFFFFFFFFFFF")]
    public void Number_as_a_key_has_the_known_bytes(long number, string bytes) =>
        Assert.That(Convert.ToHexString(KeyCodec.Encode(new LongValue(number))), Is.EqualTo(bytes));

    [Test]
    public void Longest_name_and_key_fit_into_a_state_key_and_longer_ones_are_refused()
    {
        string name = new('n', ModuleLimits.FieldNameBytes);
        var key = new StringValue(new string('k', ModuleLimits.KeyBytes - 1));
        Assert.That(ContractVariableKey.Of(Name, name, key).Bytes.Length, Is.LessThanOrEqualTo(256));
        Assert.That(() => ContractVariableKey.Of(Name, name + "n", key), Throws.ArgumentException);
        Assert.That(() => ContractVariableKey.Of(Name, name, new StringValue(key.Value + "k")), Throws.ArgumentException);
    }

    [Test]
    public void Heaviest_value_of_state_has_fewer_bytes_than_its_limit()
    {
        // Characters of three bytes, fifteen for a unit of weight, and an entity's type of as many letters beside them.
        string wide = new('\u0800', 11);
        var heaviest = new SetValue(Enumerable.Range(0, ModuleLimits.Elements).Select(i =>
            new EntityValue(new EntityUid("Fifteenlettersx", $"{wide}{i:d4}"))));
        Assert.That(heaviest.Weight, Is.EqualTo(ModuleLimits.Elements + 1));
        int bytes = ContractValues.ToBytes(heaviest).Length;
        Assert.That((long)bytes * ModuleLimits.KeptWeight / heaviest.Weight, Is.LessThan(VariableEntry.MaxBytes));
    }

    [Test]
    public void Proof_of_a_variable_proves_this_value_of_this_variable_and_nothing_else()
    {
        using var on = new ContractChain();
        Digest register = on.Deploy(StudyRegister.Text);
        Digest other = on.Deploy(StudyRegister.Text, "other");
        on.Apply(register, "enrol", on.ValueOf(on.Anna));
        ChainProof proof = on.Chain.Prove(ContractVariableKey.Of(register, "seats", on.ValueOf(on.Anna)));
        Assert.That(Verifies(proof), Is.True);
        Assert.That(ChainProof.TryRead(proof.ToBytes(), out ChainProof? sent) && ContractVariable.TryRead(sent!, out _), Is.True);
        Assert.That(ContractVariable.TryRead(proof, out ContractVariable? variable), Is.True);
        Assert.That((variable!.Contract, variable.Variable, variable.Key, variable.Value), Is.EqualTo((
            ContractAddress.Of(register), "seats", on.ValueOf(on.Anna), on.Variable(register, "seats", on.ValueOf(on.Anna)))));

        var fact = (ChainFact.StateEntry)proof.Fact;
        StateKey[] otherKeys =
        [
            ContractVariableKey.Of(other, "seats", on.ValueOf(on.Anna)),
            ContractVariableKey.Of(register, "seats", on.ValueOf(on.Chain.Administrator)),
            ContractVariableKey.Of(register, "used", null),
        ];
        Assert.That(otherKeys.Select(k => Verifies(proof with { Fact = fact with { Key = k.Bytes } })), Is.All.False);
        byte[] later = Canonical.Encode(VariableEntry.Of(new DateTimeValue(1)));
        Assert.That(Verifies(proof with { Fact = fact with { Value = later } }), Is.False);
        Assert.That(Verifies(on.Chain.Prove(new StateKey(fact.Key), signers: 2)), Is.False, "Two of four seal nothing.");

        bool Verifies(ChainProof claimed) => claimed.Verify(on.Chain.Genesis.Chain, on.Chain.Genesis.Validators);
    }

    [Test]
    public void Old_proof_speaks_of_its_own_block_only()
    {
        using var on = new ContractChain();
        Digest register = on.Deploy(StudyRegister.Text);
        on.Apply(register, "enrol", on.ValueOf(on.Anna));
        ChainProof before = on.Chain.Prove(ContractVariableKey.Of(register, "used", null));
        on.Apply(register, "leave");
        ChainProof after = on.Chain.Prove(ContractVariableKey.Of(register, "used", null));
        Assert.That(Read(before).Height, Is.LessThan(Read(after).Height));
        Assert.That((Read(before).Value, Read(after).Value), Is.EqualTo((new LongValue(1), new LongValue(0))));
        ChainProof mixed = after with { Fact = before.Fact };
        Assert.That(mixed.Verify(on.Chain.Genesis.Chain, on.Chain.Genesis.Validators), Is.False);

        static ContractVariable Read(ChainProof proof)
        {
            Assert.That(ContractVariable.TryRead(proof, out ContractVariable? variable), Is.True);
            return variable!;
        }
    }

    [Test]
    public void Proof_of_something_else_is_no_variable()
    {
        using var on = new ContractChain();
        Digest register = on.Deploy(StudyRegister.Text);
        Assert.That(ContractVariable.TryRead(on.Chain.Prove(StateKey.Contract(register)), out _), Is.False);
        on.Apply(register, "enrol", on.ValueOf(on.Anna));
        ChainProof proof = on.Chain.Prove(ContractVariableKey.Of(register, "used", null));
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            var garbage = (ChainFact.StateEntry)proof.Fact;
            _ = ContractVariable.TryRead(proof with { Fact = garbage with { Value = bytes } }, out _);
            return !ContractVariable.TryRead(proof with { Fact = garbage with { Key = bytes } }, out _) || bytes.Length > 33;
        });
    }
}
