using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Compilation;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Contracts.Profile;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Bytecode;

/// <summary>Loads and comparisons that the interpreter executes in one step. That both ways do the same is checked by the fuzzer.</summary>
[TestFixture]
public sealed class FusedStepsTests
{
    private const string Research = """
        permit (principal in Role::"accredited-researcher", action == Action::"compute", resource in Category::"laboratory")
        when { resource.patient == Patient::"did:med:p-001" && context.purpose in Purpose::"HRESCH"
               && context.operation == Operation::"mean" && context.cohort >= 20 && context.grant.uses < 10
               && context.now < datetime("2027-07-01T00:00:00Z") };
        """;

    private const int Record = 0;
    private const int Other = 1;

    [Test]
    public void Every_condition_of_the_research_permission_is_one_step()
    {
        Module module = ContractVm.CompilePolicies(Research, MedicalSchema.Default).Policies!.Code!.Policies[0].Module;
        Instruction[] steps = module.FunctionTable[0].Steps;

        Assert.That(steps.Count(step => step.Opcode >= FusedSteps.First), Is.EqualTo(6));
        Assert.That(steps.Count(step => step.Opcode is Opcode.LoadField or Opcode.LoadAttribute), Is.EqualTo(1), "context.grant");
    }

    [Test]
    public void Marks_are_no_opcodes_of_modules([Values(252, 253, 254, 255)] byte mark) =>
        Assert.That(OpcodeTable.Find((Opcode)mark), Is.Null);

    [Test]
    public void Value_that_is_read_after_the_jump_is_kept()
    {
        Instruction[] steps = StepsOf((code, value, no) =>
        {
            code.Emit(Opcode.ReturnValue, value);
            code.Place(no);
        });

        Assert.That(steps.Select(step => step.Opcode), Has.Member(Opcode.LoadField));
    }

    [Test]
    public void Value_that_is_read_where_the_jump_goes_is_kept()
    {
        Instruction[] steps = StepsOf((code, value, no) =>
        {
            code.Emit(Opcode.ReturnValue, Other);
            code.Place(no);
            code.Emit(Opcode.ReturnValue, value);
        });

        Assert.That(steps.Select(step => step.Opcode), Has.Member(Opcode.LoadField));
    }

    [Test]
    public void Value_that_only_the_jump_reads_is_kept_nowhere()
    {
        Instruction[] steps = StepsOf((code, value, no) =>
        {
            code.Release(value);
            code.Emit(Opcode.ReturnValue, Other);
            code.Place(no);
        });

        Assert.That(steps.Select(step => step.Opcode), Has.Member(FusedSteps.FieldThenNumber).And.No.Member(Opcode.LoadField));
    }

    /// <summary>A function of a record and a number: loads a field of the record and compares it; what follows is given.</summary>
    private static Instruction[] StepsOf(Action<FunctionBuilder, int, Label> follow)
    {
        var module = new ModuleBuilder(ModuleKind.Contract, default);
        FunctionBuilder code = new(module, [RegisterType.Record, RegisterType.Long], RegisterType.Long, isView: true);
        Label no = FunctionBuilder.NewLabel();
        int value = code.Allocate();
        code.EmitTo(value, RegisterType.Long, Opcode.LoadField, Record, (int)RegisterType.Long, module.Text("uses"));
        code.JumpConstant(Opcode.JumpLessConstant, value, module.Constant(new LongValue(3)), no);
        follow(code, value, no);
        code.Emit(Opcode.ReturnValue, Other);
        module.Export("f", module.Function(code));
        Assert.That(module.TryBuild(out Module? verified, out ModuleError? error), Is.True, error?.Message);
        return verified!.FunctionTable[0].Steps;
    }
}
