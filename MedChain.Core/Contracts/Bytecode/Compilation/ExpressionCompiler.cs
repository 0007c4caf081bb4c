using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Cedar.Validation;

namespace MedChain.Core.Contracts.Bytecode.Compilation;

/// <summary>Compiles expressions whose types are known, for one kind of request. What the type checker did not look at, because the types
/// show that it is not reached, becomes <see cref="Opcode.Mismatch"/>: should it be reached after all, the request does not fit the schema,
/// and the reference evaluator decides.</summary>
internal sealed partial class ExpressionCompiler(
    ModuleBuilder module,
    FunctionBuilder code,
    CedarSchema schema,
    RequestEnvironment environment,
    IReadOnlyDictionary<Expression, SchemaType> types)
{
    private const int SetChunk = 16;

    /// <summary>The register that an expression's value is in: a new one, or that of a variable.</summary>
    public int Operand(Expression expression)
    {
        if (expression is Expression.Variable variable)
        {
            return RegisterOf(variable.Name);
        }

        if (expression is Expression.Named name && Names?.RegisterOf(name.Text) is { } local)
        {
            return local;
        }

        int register = code.Allocate();
        EvaluateTo(expression, register);
        return register;
    }

    /// <summary>Leaves an expression's value in a register that was allocated for it. Registers that are free now are free
    /// afterwards.</summary>
    public void EvaluateTo(Expression expression, int register)
    {
        if (!types.TryGetValue(expression, out SchemaType? type))
        {
            code.Emit(Opcode.Mismatch);
            return;
        }

        int mark = code.Mark;
        switch (expression)
        {
            case Expression.Literal literal:
                LoadTo(literal.Value, register);
                break;
            case Expression.Call call:
                CallTo(call, register);
                break;
            case Expression.Variable variable:
                code.EmitTo(register, TypeOf(type), Opcode.Move, RegisterOf(variable.Name));
                break;
            case Expression.GetAttribute get:
                int target = Operand(get.Target);
                GetTo(get, types.GetValueOrDefault(get.Target), target, get.Name, TypeOf(type), register);
                break;
            case Expression.Arithmetic arithmetic:
                SumTo(arithmetic, register);
                break;
            case Expression.Negate negate:
                int operand = Operand(negate.Operand);
                code.EmitTo(register, RegisterType.Long, Opcode.Negate, operand, position: negate.Position);
                break;
            case Expression.SetOf set:
                SetTo(set, register);
                break;
            case Expression.RecordOf record:
                RecordTo(record, register);
                break;
            case Expression.If choice:
                ChooseTo(choice, register);
                break;
            case Expression.Named name:
                NameTo(name, register);
                break;
            case Expression.Entry entry:
                EntryTo(entry, register);
                break;
            case Expression.HasEntry test:
                HasEntryTo(test, register);
                break;
            case Expression.Invoke invoke:
                CallTo(invoke, Names!.FunctionOf(invoke)!, register);
                break;
            case Expression.Binary { Operator: BinaryOperator.GetTag } tag:
                int entity = Operand(tag.Left);
                int key = Operand(tag.Right);
                code.EmitTo(register, TypeOf(type), Opcode.LoadTag, entity, key, (int)TypeOf(type), tag.Position);
                break;
            default:
                TruthTo(expression, register);
                break;
        }

        code.Release(mark);
    }

    /// <summary>The type of the register that holds values of a schema's type.</summary>
    public static RegisterType TypeOf(SchemaType type) => type switch
    {
        SchemaType.Boolean => RegisterType.Bool,
        SchemaType.Long => RegisterType.Long,
        SchemaType.Text => RegisterType.Text,
        SchemaType.EntityOf => RegisterType.Entity,
        SchemaType.SetOf => RegisterType.Set,
        SchemaType.RecordOf => RegisterType.Record,
        _ => type.Name switch
        {
            "decimal" => RegisterType.Decimal,
            "datetime" => RegisterType.Time,
            "duration" => RegisterType.Duration,
            _ => RegisterType.Address,
        },
    };

    private RegisterType TypeOf(Expression expression) =>
        types.TryGetValue(expression, out SchemaType? type) ? TypeOf(type) : RegisterType.None;

    private void LoadTo(CedarValue value, int register)
    {
        RegisterType type = RegisterTypes.Of(value);
        if (value is BooleanValue boolean)
        {
            code.EmitTo(register, type, Opcode.LoadBool, immediate: boolean.Value ? 1 : 0);
        }
        else if (value is LongValue { Value: >= int.MinValue and <= int.MaxValue } number)
        {
            code.EmitTo(register, type, Opcode.LoadNumber, immediate: (int)number.Value);
        }
        else
        {
            code.EmitTo(register, type, Opcode.LoadConstant, immediate: module.Constant(value));
        }
    }

    private void GetTo(Expression at, SchemaType? container, int target, string name, RegisterType type, int register)
    {
        Opcode opcode = container is SchemaType.RecordOf ? Opcode.LoadField : Opcode.LoadAttribute;
        code.EmitTo(register, type, opcode, target, (int)type, NameOf(container, name), at.Position);
    }

    /// <summary>The immediate of an instruction that reads an attribute: its name, and where it is when all optional ones before it are
    /// missing.</summary>
    private int NameOf(SchemaType? container, string name)
    {
        int place = AttributesOf(container).TakeWhile(attribute => attribute.Key != name).Count(attribute => attribute.Value.IsRequired);
        return module.Text(name) | (Math.Min(place, ModuleLimits.Elements - 1) << 16);
    }

    private ImmutableSortedDictionary<string, AttributeType> AttributesOf(SchemaType? container) => container switch
    {
        SchemaType.RecordOf record => record.Attributes,
        SchemaType.EntityOf entity => schema.EntityTypes.GetValueOrDefault(entity.Type)?.Attributes.Attributes
            ?? SchemaType.RecordOf.Empty.Attributes,
        _ => SchemaType.RecordOf.Empty.Attributes,
    };

    private void SumTo(Expression.Arithmetic arithmetic, int register)
    {
        int total = Operand(arithmetic.Operands[0]);
        for (int i = 1; i < arithmetic.Operands.Length; i++)
        {
            int next = code.Mark;
            int operand = Operand(arithmetic.Operands[i]);
            Opcode opcode = arithmetic.Operators[i - 1] switch
            {
                ArithmeticOperator.Add => Opcode.Add,
                ArithmeticOperator.Subtract => Opcode.Subtract,
                _ => Opcode.Multiply,
            };
            code.EmitTo(register, RegisterType.Long, opcode, total, operand, position: arithmetic.Position);
            total = register;
            code.Release(next);
        }
    }

    private void SetTo(Expression.SetOf set, int register)
    {
        if (Constant(set) is { } constant)
        {
            LoadTo(constant, register);
            return;
        }

        RegisterType type = TypeOf(set.Elements[0]);
        for (int start = 0; start < set.Elements.Length; start += SetChunk)
        {
            int mark = code.Mark;
            int count = Math.Min(SetChunk, set.Elements.Length - start);
            int[] elements = [.. Enumerable.Range(0, count).Select(_ => code.Allocate())];
            for (int i = 0; i < count; i++)
            {
                EvaluateTo(set.Elements[start + i], elements[i]);
            }

            int made = start == 0 ? register : elements[0];
            code.EmitTo(made, RegisterType.Set, Opcode.MakeSet, elements[0], count, (int)type, set.Position);
            if (start > 0)
            {
                code.EmitTo(register, RegisterType.Set, Opcode.Union, register, made, position: set.Position);
            }

            code.Release(mark);
        }
    }

    /// <summary>The set as a constant, when all its elements are.</summary>
    private static SetValue? Constant(Expression.SetOf set)
    {
        IEnumerable<CedarValue?> elements = set.Elements.Select(element => element switch
        {
            Expression.Literal literal => literal.Value,
            Expression.Call { Known.Value: { } known } => known,
            _ => null,
        });
        return elements.All(element => element is not null) && set.Elements.Length <= ModuleLimits.Elements
            ? new SetValue(elements.OfType<CedarValue>())
            : null;
    }

    private void RecordTo(Expression.RecordOf record, int register)
    {
        int[] values = [.. record.Values.Select(_ => code.Allocate())];
        for (int i = 0; i < values.Length; i++)
        {
            EvaluateTo(record.Values[i], values[i]);
        }

        if (code.Failed)
        {
            return;
        }

        int names = module.Names(record.Names);
        int signature = module.Signature([.. record.Values.Select(TypeOf)]);
        int first = values.Length == 0 ? 0 : values[0];
        code.EmitTo(register, RegisterType.Record, Opcode.MakeRecord, first, values.Length, names | (signature << 16), record.Position);
    }

    private void ChooseTo(Expression.If choice, int register)
    {
        if (Exact(choice.Condition) is { } taken)
        {
            EvaluateTo(taken ? choice.WhenTrue : choice.WhenFalse, register);
            return;
        }

        Label otherwise = FunctionBuilder.NewLabel();
        Label end = FunctionBuilder.NewLabel();
        Jump(choice.Condition, otherwise, when: false);
        EvaluateTo(choice.WhenTrue, register);
        code.Jump(Opcode.Jump, end);
        code.Place(otherwise);
        EvaluateTo(choice.WhenFalse, register);
        code.Place(end);
    }

    /// <summary>A truth value that is not needed for a jump.</summary>
    private void TruthTo(Expression expression, int register)
    {
        if (Exact(expression) is { } known)
        {
            LoadTo(BooleanValue.Of(known), register);
            return;
        }

        if (DirectTo(expression, register))
        {
            return;
        }

        Label isTrue = FunctionBuilder.NewLabel();
        Label end = FunctionBuilder.NewLabel();
        Jump(expression, isTrue, when: true);
        LoadTo(BooleanValue.False, register);
        code.Jump(Opcode.Jump, end);
        code.Place(isTrue);
        LoadTo(BooleanValue.True, register);
        code.Place(end);
    }
}
