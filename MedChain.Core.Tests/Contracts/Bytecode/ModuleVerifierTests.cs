using System.Collections.Immutable;
using MedChain.Benchmarks.Modules;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Bytecode;

/// <summary>What the verifier refuses, by number. Each test changes one thing in a module that is accepted.</summary>
[TestFixture]
public sealed class ModuleVerifierTests
{
    private const int Entry = 0;

    private static readonly ImmutableArray<RegisterType> Parameters = ModuleVerifier.PolicyParameters;

    [Test]
    public void Module_is_named_by_its_bytes_and_reads_back()
    {
        byte[] bytes = ModuleWriter.Write(Sample())!;
        Assert.That(Module.TryVerify(bytes, out Module? module, out ModuleError? error), Is.True, error?.ToString());
        Assert.That(module!.Bytes.AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(module.Id, Is.EqualTo(MedChain.Core.Primitives.Digest.Of(bytes)));
    }

    [Test]
    public void Maximum_gas_of_a_policy_is_its_most_expensive_way()
    {
        // 1 + 1 (jump) and then the longer way: 1 + 1.
        Assert.That(Module.TryVerify(ModuleWriter.Write(Sample())!, out Module? module, out _), Is.True);
        Assert.That(module!.Functions[0].MaxGas, Is.EqualTo(4));
    }

    [TestCase("", (int)ModuleFault.BadMagic)]
    [TestCase("4D43564D", (int)ModuleFault.UnknownVersion)]
    [TestCase("4D43564D02", (int)ModuleFault.UnknownVersion)]
    [TestCase("4D43564D0103", (int)ModuleFault.UnknownKind)]
    [TestCase("4D43564D01010200", (int)ModuleFault.UnknownGasTable)]
    [TestCase("4D43564D01010100", (int)ModuleFault.CutShort)]
    public void Header_is_checked_first(string hex, int expected) =>
        Assert.That((int)FaultOf(Convert.FromHexString(hex)), Is.EqualTo(expected));

    [Test]
    public void Every_shorter_module_is_refused()
    {
        byte[] bytes = ModuleWriter.Write(Sample())!;
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.That(FaultOf(bytes[..length]), Is.Not.EqualTo(ModuleFault.None), $"{length} bytes");
        }

        Assert.That(FaultOf([.. bytes, 0]), Is.EqualTo(ModuleFault.TrailingBytes));
        Assert.That(FaultOf(new byte[ModuleLimits.ModuleBytes + 1]), Is.EqualTo(ModuleFault.TooLong));
    }

    [Test]
    public void Constant_set_in_another_order_is_not_canonical()
    {
        byte[] bytes = ModuleWriter.Write(Sample() with { Constants = [ModuleConstant.Of(Numbers(1, 2))] })!;
        int at = bytes.AsSpan().IndexOf(new byte[] { 2, 1, 0, 0, 0, 0, 0, 0, 0 });
        (bytes[at + 1], bytes[at + 10]) = (2, 1);
        Assert.That(FaultOf(bytes), Is.EqualTo(ModuleFault.NotCanonical));
    }

    [Test]
    public void Constant_is_given_once() => Refuses(
        Sample() with { Constants = [ModuleConstant.Of(Numbers(1)), ModuleConstant.Of(Numbers(1))] }, ModuleFault.RepeatedConstant);

    [TestCase(255, 0, 0, 0, 0, (int)ModuleFault.UnknownOpcode)]
    [TestCase((int)Opcode.Emit, 0, 0, 0, 0, (int)ModuleFault.NotInThisKind)]
    [TestCase((int)Opcode.Negate, 4, 5, 0, 0, (int)ModuleFault.WrongRegisterType)]
    [TestCase((int)Opcode.Not, 64, 4, 0, 0, (int)ModuleFault.BadRegister)]
    [TestCase((int)Opcode.Not, 4, 4, 1, 0, (int)ModuleFault.UnusedOperand)]
    [TestCase((int)Opcode.Not, 4, 4, 0, 1, (int)ModuleFault.UnusedOperand)]
    [TestCase((int)Opcode.LoadBool, 4, 0, 0, 2, (int)ModuleFault.BadImmediate)]
    [TestCase((int)Opcode.LoadConstant, 4, 0, 0, 9, (int)ModuleFault.BadReference)]
    [TestCase((int)Opcode.Like, 4, 0, 0, 0, (int)ModuleFault.WrongRegisterType)]
    [TestCase((int)Opcode.JumpIf, 4, 0, 0, 1, (int)ModuleFault.BadTarget)]
    [TestCase((int)Opcode.JumpIf, 4, 0, 0, -1, (int)ModuleFault.BadTarget)]
    [TestCase((int)Opcode.JumpIf, 4, 0, 0, 0, (int)ModuleFault.BackwardBranch)]
    [TestCase((int)Opcode.Call, 0, 4, 0, 0, (int)ModuleFault.CyclicCall)]
    [TestCase((int)Opcode.Call, 0, 4, 0, 7, (int)ModuleFault.BadReference)]
    [TestCase((int)Opcode.Equal, 4, 0, 1, 0, (int)ModuleFault.WrongRegisterType)]
    [TestCase((int)Opcode.Less, 4, 4, 4, 0, (int)ModuleFault.WrongRegisterType)]
    [TestCase((int)Opcode.SameValue, 4, 4, 4, 0, (int)ModuleFault.WrongRegisterType)]
    [TestCase((int)Opcode.MakeSet, 5, 0, 3, (int)RegisterType.Long, (int)ModuleFault.WrongRegisterType)]
    [TestCase((int)Opcode.ReturnValue, 0, 0, 0, 0, (int)ModuleFault.WrongResult)]
    [TestCase((int)Opcode.Return, 0, 0, 0, 0, (int)ModuleFault.WrongResult)]
    public void Instruction_is_refused(int opcode, int a, int b, int c, int immediate, int expected) => Refuses(
        WithCode(
            new Instruction(Opcode.LoadBool, 4, 0, 0, 1),
            new Instruction((Opcode)opcode, (byte)a, (byte)b, (byte)c, immediate),
            new Instruction(Opcode.ReturnBool, 0, 0, 0, 1)),
        (ModuleFault)expected);

    [Test]
    public void Function_does_not_fall_off_its_end() => Refuses(
        WithCode(new Instruction(Opcode.LoadBool, 4, 0, 0, 1)), ModuleFault.FallsOff);

    [Test]
    public void Code_after_a_return_begins_a_block() => Refuses(
        WithCode(new Instruction(Opcode.ReturnBool, 0, 0, 0, 1), new Instruction(Opcode.ReturnBool, 0, 0, 0, 1)), ModuleFault.NoBlock);

    [Test]
    public void Block_charges_what_it_costs()
    {
        ModuleContent sample = Sample();
        ModuleFunction function = sample.Functions[0];
        Instruction head = function.Code[0];
        Refuses(
            sample with { Functions = [function with { Code = function.Code.SetItem(0, head with { Immediate = head.Immediate - 1 }) }] },
            ModuleFault.WrongGas);
    }

    [Test]
    public void Block_declares_only_what_every_way_brings() => Refuses(
        Sample() with { Signatures = [Parameters, [.. Parameters, RegisterType.Long]] }, ModuleFault.WrongBlockTypes);

    [Test]
    public void Entry_takes_a_request_and_gives_a_Bool()
    {
        ModuleContent sample = Sample();
        ModuleConstant type = ModuleConstant.Of(new StringValue("Record"));
        ModuleConstant action = ModuleConstant.Of(new EntityValue(new EntityUid("Action", "read")));
        ModuleContent entered = sample with { Constants = [type, action], Entries = [new PolicyEntry(0, 1, 0, Entry)] };
        Assert.That(FaultOf(ModuleWriter.Write(entered)!), Is.EqualTo(ModuleFault.None));
        Refuses(entered with { Entries = [new PolicyEntry(1, 1, 0, Entry)] }, ModuleFault.BadReference);
        Refuses(entered with { Entries = [.. entered.Entries, .. entered.Entries] }, ModuleFault.NotAscending);
        Refuses(entered with { Kind = ModuleKind.Contract }, ModuleFault.WrongKind);
    }

    [Test]
    public void Variables_have_short_names_of_their_own_and_keys_that_have_an_order()
    {
        ModuleContent content = OpcodePrograms.Of(Opcode.SetState, 1).Content;
        StateField field = content.Fields[0];
        Refuses(content with { Fields = [.. content.Fields, field] }, ModuleFault.RepeatedName);
        Refuses(content with { Fields = [field with { Key = RegisterType.Set }] }, ModuleFault.BadType);
        ModuleConstant name = ModuleConstant.Of(new StringValue(new string('n', ModuleLimits.FieldNameBytes + 1)));
        Refuses(
            content with { Constants = [.. content.Constants, name], Fields = [field with { Name = content.Constants.Length }] },
            ModuleFault.TooLong);
    }

    [Test]
    public void View_has_no_writing_instruction()
    {
        Module program = OpcodePrograms.Of(Opcode.SetState, 1);
        ModuleContent content = program.Content;
        Refuses(content with { Functions = [content.Functions[0] with { IsView = true }] }, ModuleFault.WritesInView);
    }

    [Test]
    public void Every_opcode_has_a_program_that_is_accepted()
    {
        foreach (OpcodeRule rule in OpcodeTable.All.Where(rule => OpcodePrograms.CanRepeat(rule.Opcode)))
        {
            IEnumerable<Opcode> used = OpcodePrograms.Of(rule.Opcode, 1).Content.Functions.SelectMany(f => f.Code).Select(i => i.Opcode);
            Assert.That(used, Does.Contain(rule.Opcode));
        }
    }

    /// <summary>A policy that says yes when its action is what it is: a jump over another return.</summary>
    private static ModuleContent Sample() => WithCode(
        new Instruction(Opcode.Jump, 0, 0, 0, 2),
        new Instruction(Opcode.Block, 1, 0, 0, 0),
        new Instruction(Opcode.ReturnBool, 0, 0, 0, 1));

    private static SetValue Numbers(params long[] numbers) => new(numbers.Select(number => new LongValue(number)));

    /// <summary>A policy module with one function; prices of blocks are put in.</summary>
    private static ModuleContent WithCode(params Instruction[] body)
    {
        Instruction[] code = [new Instruction(Opcode.Block, 0, 0, 0, 0), .. body];
        for (int i = 0; i < code.Length; i++)
        {
            if (code[i].Opcode == Opcode.Block)
            {
                int cost = 1 + code.Skip(i + 1).TakeWhile(next => next.Opcode != Opcode.Block)
                    .Sum(next => OpcodeTable.Find(next.Opcode)?.Gas ?? 0);
                code[i] = code[i] with { Immediate = cost };
            }
        }

        return new ModuleContent
        {
            Kind = ModuleKind.Policy,
            GasTable = GasTable.Version,
            Source = default,
            Part = 0,
            Constants = [],
            Signatures = [Parameters, Parameters],
            Functions = [new ModuleFunction(Parameters, RegisterType.Bool, true, [.. code])],
        };
    }

    private static ModuleFault FaultOf(byte[] bytes) =>
        Module.TryVerify(bytes, out _, out ModuleError? error) ? ModuleFault.None : error!.Fault;

    private static void Refuses(ModuleContent content, ModuleFault expected) =>
        Assert.That(FaultOf(ModuleWriter.Write(content)!), Is.EqualTo(expected));
}
