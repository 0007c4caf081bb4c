using MedChain.Core.Contracts.Bytecode.Compilation;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Cedar.Validation;

namespace MedChain.Core.Contracts.Programs;

/// <summary>Statements that change variables and state.</summary>
internal sealed partial class FunctionCompiler
{
    private void Let(StatementSyntax.Let let)
    {
        if (ContractCollector.ProblemOf(let.Name) is { } problem)
        {
            Fail(let.Position, problem);
        }
        else if (TypeOf(let.Value) is { } type && AllowsChanges(let.Value))
        {
            int register = _code.Allocate();
            _expressions.EvaluateTo(let.Value, register);
            SchemaType declared = type is SchemaType.Boolean ? TypeLattice.AnyBool : type;
            if (!_names.TryAdd(new FunctionScope.Local(let.Name, declared, register, IsVariable: true)))
            {
                Fail(let.Position, $"There is another \"{let.Name}\" here already; choose another name.");
            }
        }
    }

    private void Assign(StatementSyntax.Assign assign)
    {
        FunctionScope.Local? local = _names.Find(assign.Name);
        ContractField? field = local is null ? _names.FieldOf(assign.Name) : null;
        if (!CanAssign(assign.Position, assign.Name, assign.Key, local, field))
        {
            return;
        }

        SchemaType type = local?.Type ?? field!.Value;
        Expression value = assign.Value;
        if (assign.Operator is { } change)
        {
            Expression before = assign.Key is null
                ? new Expression.Named(assign.Position, assign.Name)
                : new Expression.Entry(assign.Position, assign.Name, assign.Key);
            value = new Expression.Arithmetic([before, value], [change]);
            if (assign.Key is not null && !RefuseChanges(assign.Key, "A key that is used twice"))
            {
                return;
            }
        }

        if (!Check(value, type, $"the variable \"{assign.Name}\"") || !AllowsChanges(value))
        {
            return;
        }

        int mark = _code.Mark;
        int key = assign.Key is null ? 0 : _expressions.Operand(assign.Key);
        int register = _code.Allocate();
        _expressions.EvaluateTo(value, register);
        if (local is not null)
        {
            _code.EmitTo(local.Register, ExpressionCompiler.TypeOf(type), Opcode.Move, register);
        }
        else
        {
            _code.Emit(Opcode.SetState, register, key, immediate: field!.Index, position: assign.Position);
        }

        _code.Release(mark);
    }

    private void Delete(StatementSyntax.Delete delete)
    {
        ContractField? field = _names.FieldOf(delete.Name);
        if (field is null)
        {
            Fail(delete.Position, $"Only state can be deleted, and \"{Quoting.Shorten(delete.Name)}\" is no state variable.");
        }
        else if (CanAssign(delete.Position, delete.Name, delete.Key, null, field))
        {
            WithOperands(delete.Key is null ? [] : [delete.Key], registers =>
                _code.Emit(Opcode.DeleteState, 0, registers.FirstOrDefault(), immediate: field.Index, position: delete.Position));
        }
    }

    /// <summary>Checks what an assignment or a deletion changes, and its key.</summary>
    private bool CanAssign(TextPosition position, string name, Expression? key, FunctionScope.Local? local, ContractField? field)
    {
        if (local is null && field is null)
        {
            string unknown = Quoting.Shorten(name);
            string suggestion = Suggestions.For(name, _names.Names);
            return Fail(position, $"There is no variable \"{unknown}\"; write 'let {unknown} = ...' for a new one.{suggestion}");
        }

        if (local is { IsVariable: false })
        {
            return Fail(position, $"\"{name}\" is a parameter and stays what it is; copy it with 'let'.");
        }

        bool needsKey = field?.Key is not null;
        if (needsKey != (key is not null))
        {
            return Fail(
                position,
                needsKey ? $"\"{name}\" is a map; say which entry: {name}[key]." : $"\"{name}\" is no map and has no keys.");
        }

        return (field is null || MayChange(position))
            && (key is null || (Check(key, field!.Key!, $"a key of \"{name}\"") && AllowsChanges(key)));
    }
}
