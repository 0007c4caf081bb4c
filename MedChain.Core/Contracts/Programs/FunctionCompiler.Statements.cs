using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Compilation;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Cedar.Validation;

namespace MedChain.Core.Contracts.Programs;

/// <summary>Statements.</summary>
internal sealed partial class FunctionCompiler
{
    private static readonly SchemaType Text = new SchemaType.Text();
    private static readonly SchemaType Long = new SchemaType.Long();

    private void Block(ImmutableArray<StatementSyntax> statements)
    {
        int names = _names.Mark;
        int registers = _code.Mark;
        ImmutableHashSet<Capability> known = _known;
        foreach (StatementSyntax statement in statements)
        {
            if (!HasError && !_code.IsReachable)
            {
                Fail(statement.Position, "This is never reached; remove it.");
            }

            if (HasError)
            {
                break;
            }

            Statement(statement);
        }

        _known = known;
        _names.Leave(names);
        _code.Release(registers);
    }

    private void Statement(StatementSyntax statement)
    {
        switch (statement)
        {
            case StatementSyntax.Let let:
                Let(let);
                break;
            case StatementSyntax.Assign assign:
                Assign(assign);
                break;
            case StatementSyntax.Delete delete:
                Delete(delete);
                break;
            case StatementSyntax.If choice:
                If(choice);
                break;
            case StatementSyntax.While loop:
                While(loop);
                break;
            case StatementSyntax.For loop:
                For(loop);
                break;
            case StatementSyntax.Fail fail when Check(fail.Message, Text, "the message"):
                WithOperands([fail.Message], registers => _code.Emit(Opcode.Fail, registers[0], position: fail.Position));
                break;
            case StatementSyntax.Return give:
                Return(give);
                break;
            case StatementSyntax.Emit emit:
                Emit(emit);
                break;
            case StatementSyntax.Oblige oblige when MayChange(oblige.Position)
                && Check(oblige.Name, Text, "the name of the obligation") && Check(oblige.Detail, Text, "the detail of the obligation"):
                WithOperands([oblige.Name, oblige.Detail], registers =>
                    _code.Emit(Opcode.Oblige, registers[0], registers[1], position: oblige.Position));
                break;
            case StatementSyntax.Consume consume when MayChange(consume.Position)
                && Check(consume.Counter, Text, "the name of the counter") && Check(consume.Amount, Long, "the amount"):
                WithOperands([consume.Counter, consume.Amount], registers =>
                    _code.Emit(Opcode.Consume, registers[0], registers[1], position: consume.Position));
                break;
            case StatementSyntax.Call call:
                Call(call);
                break;
            default:
                break;
        }
    }

    private void If(StatementSyntax.If choice)
    {
        if (!Check(choice.Condition, TypeLattice.AnyBool, "the condition") || !AllowsChanges(choice.Condition))
        {
            return;
        }

        Label otherwise = FunctionBuilder.NewLabel();
        Label end = FunctionBuilder.NewLabel();
        _expressions.Jump(choice.Condition, otherwise, when: false);
        ImmutableHashSet<Capability> known = _known;
        _known = KnownAfter(choice.Condition);
        Branch(choice.Then);
        _known = known;
        _code.Jump(Opcode.Jump, end);
        _code.Place(otherwise);
        Branch(choice.Else);
        _code.Place(end);
    }

    /// <summary>A branch that the types show to be never taken is left out.</summary>
    private void Branch(ImmutableArray<StatementSyntax> statements)
    {
        if (_code.IsReachable)
        {
            Block(statements);
        }
    }

    private void While(StatementSyntax.While loop)
    {
        if (!Check(loop.Condition, TypeLattice.AnyBool, "the condition") || !AllowsChanges(loop.Condition))
        {
            return;
        }

        Label again = FunctionBuilder.NewLabel();
        Label end = FunctionBuilder.NewLabel();
        _code.PlaceLoop(again);
        _expressions.Jump(loop.Condition, end, when: false);
        Branch(loop.Body);
        _code.Jump(Opcode.Jump, again);
        _code.Place(end);
    }

    private void For(StatementSyntax.For loop)
    {
        if (_names.FieldOf(loop.Map) is not { Key: { } keyType } field)
        {
            string suggestion = Suggestions.For(loop.Map, _contract.Fields.Keys);
            Fail(loop.Position, $"\"{Quoting.Shorten(loop.Map)}\" is no map of the contract.{suggestion}");
            return;
        }

        if (ContractCollector.ProblemOf(loop.Key) is { } problem)
        {
            Fail(loop.Position, problem);
            return;
        }

        int mark = _code.Mark;
        int names = _names.Mark;
        int key = _code.Allocate();
        int found = _code.Allocate();
        if (!_names.TryAdd(new FunctionScope.Local(loop.Key, keyType, key, IsVariable: false)))
        {
            Fail(loop.Position, $"There is another \"{loop.Key}\" here already; choose another name.");
        }

        RegisterType type = ExpressionCompiler.TypeOf(keyType);
        Label again = FunctionBuilder.NewLabel();
        Label end = FunctionBuilder.NewLabel();
        _code.EmitTo(key, type, Opcode.FirstKey, c: found, immediate: field.Index, position: loop.Position);
        _code.SetType(found, RegisterType.Bool);
        _code.PlaceLoop(again);
        _code.Jump(Opcode.JumpUnless, end, found);
        Branch(loop.Body);
        _code.EmitTo(key, type, Opcode.NextKey, key, found, field.Index, loop.Position);
        _code.Jump(Opcode.Jump, again);
        _code.Place(end);
        _names.Leave(names);
        _code.Release(mark);
    }

    private void Return(StatementSyntax.Return give)
    {
        switch (give.Value, _signature.Result)
        {
            case (null, null):
                _code.Emit(Opcode.Return);
                break;
            case ({ } value, null):
                Fail(value.Position, $"\"{_function.Name}\" gives no value; declare its type behind the parameters, or write 'return;'.");
                break;
            case (null, { } result):
                Fail(give.Position, $"\"{_function.Name}\" gives a {result.Name}; write it behind 'return'.");
                break;
            case ({ } value, { } result) when Check(value, result, "the result") && AllowsChanges(value):
                WithOperands([value], registers => _code.Emit(Opcode.ReturnValue, registers[0]));
                break;
            default:
                break;
        }
    }

    private void Emit(StatementSyntax.Emit emit)
    {
        if (!_contract.Events.TryGetValue(emit.Event, out ContractEvent? type))
        {
            string suggestion = Suggestions.For(emit.Event, _contract.Events.Keys);
            Fail(emit.Position, $"The contract has no event \"{Quoting.Shorten(emit.Event)}\".{suggestion}");
            return;
        }

        if (emit.Values.Length != type.Fields.Length)
        {
            Fail(emit.Position, $"The event \"{emit.Event}\" has {type.Fields.Length} values, not {emit.Values.Length}.");
            return;
        }

        for (int i = 0; i < emit.Values.Length; i++)
        {
            if (!Check(emit.Values[i], type.Fields[i], $"value {i + 1} of the event") || !AllowsChanges(emit.Values[i]))
            {
                return;
            }
        }

        if (!MayChange(emit.Position))
        {
            return;
        }

        int mark = _code.Mark;
        int[] registers = [.. emit.Values.Select(_ => _code.Allocate())];
        for (int i = 0; i < registers.Length; i++)
        {
            _expressions.EvaluateTo(emit.Values[i], registers[i]);
        }

        _code.Emit(Opcode.Emit, registers.FirstOrDefault(), immediate: type.Index, position: emit.Position);
        _code.Release(mark);
    }

    private void Call(StatementSyntax.Call call)
    {
        if (!NamesAreKnown(call.Invocation) || _checker.CheckCall(call.Invocation, _known) is not { } function || HasError
            || !AllowsChanges(call.Invocation))
        {
            return;
        }

        int mark = _code.Mark;
        int register = function.Result is null ? 0 : _code.Allocate();
        _expressions.CallTo(call.Invocation, function, register);
        _code.Release(mark);
    }

    private void WithOperands(ImmutableArray<Expression> operands, Action<int[]> emit)
    {
        int mark = _code.Mark;
        emit([.. operands.Select(_expressions.Operand)]);
        _code.Release(mark);
    }

    /// <summary>In a view, refuses expressions that call functions which may change something.</summary>
    private bool AllowsChanges(Expression expression) => !_function.IsView || RefuseChanges(expression, "A view");

    private bool MayChange(TextPosition position) =>
        !_function.IsView || Fail(position, $"\"{_function.Name}\" is a view and changes nothing; remove 'view' or this statement.");
}
