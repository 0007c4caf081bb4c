using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Programs;

namespace MedChain.Core.Contracts.Bytecode.Compilation;

/// <summary>Names, entries of maps and calls, in contracts.</summary>
internal sealed partial class ExpressionCompiler
{
    /// <summary>Gets where a contract's names are; none in policies, whose request is in the first registers.</summary>
    public FunctionScope? Names { get; init; }

    /// <summary>Calls a function and leaves its result in a register, which is 0 for none.</summary>
    public void CallTo(Expression.Invoke call, ContractFunction function, int register)
    {
        int mark = code.Mark;
        int[] arguments = [.. call.Arguments.Select(_ => code.Allocate())];
        int contract = call.Contract is null ? 0 : Operand(call.Contract);
        for (int i = 0; i < arguments.Length; i++)
        {
            EvaluateTo(call.Arguments[i], arguments[i]);
        }

        Opcode opcode = call.Contract is null ? Opcode.Call : Opcode.CallContract;
        code.Emit(opcode, arguments.FirstOrDefault(), register, contract, function.Index, call.Position);
        if (function.Result is not null)
        {
            code.SetType(register, TypeOf(function.Result));
        }

        if (call.Contract is not null && function.Result is SchemaType.EntityOf entity)
        {
            RequireType(register, entity.Type, function.Name, call.Position);
        }

        code.Release(mark);
    }

    /// <summary>Fails when another contract gave an entity of another type than was declared.</summary>
    private void RequireType(int register, string type, string function, TextPosition position)
    {
        Label fits = FunctionBuilder.NewLabel();
        int isType = code.Allocate();
        code.EmitTo(isType, RegisterType.Bool, Opcode.IsType, register, immediate: module.Text(type));
        code.Jump(Opcode.JumpIf, fits, isType);
        code.EmitTo(isType, RegisterType.Text, Opcode.LoadConstant, immediate: module.Text($"{function} did not give a {type}"));
        code.Emit(Opcode.Fail, isType, position: position);
        code.Place(fits);
    }

    /// <summary>Reads a state variable with a single value; before the first assignment it has its first value, or none.</summary>
    private void FieldTo(ContractField field, int register, TextPosition position)
    {
        RegisterType type = TypeOf(field.Value);
        if (field.Initial is not { } initial)
        {
            code.EmitTo(register, type, Opcode.GetState, immediate: field.Index, position: position);
            return;
        }

        Label unset = FunctionBuilder.NewLabel();
        Label end = FunctionBuilder.NewLabel();
        int mark = code.Mark;
        int isSet = code.Allocate();
        code.EmitTo(isSet, RegisterType.Bool, Opcode.HasState, immediate: field.Index);
        code.Jump(Opcode.JumpUnless, unset, isSet);
        code.EmitTo(register, type, Opcode.GetState, immediate: field.Index);
        code.Jump(Opcode.Jump, end);
        code.Place(unset);
        EvaluateTo(initial, register);
        code.Place(end);
        code.Release(mark);
    }

    private void NameTo(Expression.Named name, int register)
    {
        if (Names!.Find(name.Text) is { } local)
        {
            code.EmitTo(register, TypeOf(local.Type), Opcode.Move, local.Register);
        }
        else
        {
            FieldTo(Names.FieldOf(name.Text)!, register, name.Position);
        }
    }

    private void EntryTo(Expression.Entry entry, int register)
    {
        if (Names!.FieldOf(entry.Map) is not { } field)
        {
            EvaluateTo(entry.AsAttribute!, register);
            return;
        }

        int key = Operand(entry.Key);
        code.EmitTo(register, TypeOf(field.Value), Opcode.GetState, key, immediate: field.Index, position: entry.Position);
    }

    private void HasEntryTo(Expression.HasEntry test, int register)
    {
        if (Names!.FieldOf(test.Map) is not { } field)
        {
            EvaluateTo(test.AsAttribute!, register);
            return;
        }

        int key = Operand(test.Key);
        code.EmitTo(register, RegisterType.Bool, Opcode.HasState, key, immediate: field.Index, position: test.Position);
    }

    /// <summary>The register of a part of the request.</summary>
    private int RegisterOf(RequestVariable variable) => Names?.RegisterOf(variable) ?? (int)variable;
}
