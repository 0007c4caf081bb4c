using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Bytecode.Compilation;

/// <summary>Truth values: as jumps where one decides what happens next, else in a register.</summary>
internal sealed partial class ExpressionCompiler
{
    /// <summary>Goes to a label when an expression has a truth value; falls through when it has the other.</summary>
    public void Jump(Expression expression, Label label, bool when)
    {
        if (!types.ContainsKey(expression))
        {
            code.Emit(Opcode.Mismatch);
            return;
        }

        if (Exact(expression) is { } known)
        {
            if (known == when)
            {
                code.Jump(Opcode.Jump, label);
            }

            return;
        }

        int mark = code.Mark;
        switch (expression)
        {
            case Expression.Not not:
                Jump(not.Operand, label, !when);
                break;
            case Expression.And and:
                JumpChain(and.Operands, label, when, stopAt: false);
                break;
            case Expression.Or or:
                JumpChain(or.Operands, label, when, stopAt: true);
                break;
            case Expression.If choice:
                JumpChoice(choice, label, when);
                break;
            case Expression.HasAttribute { Path.Length: > 1 } has:
                JumpPath(has, label, when);
                break;
            case Expression.Is { Container: not null } test:
                JumpIsIn(test, label, when);
                break;
            case Expression.Binary binary when JumpCompared(binary, label, when):
                break;
            default:
                int register = Operand(expression);
                code.Jump(when ? Opcode.JumpIf : Opcode.JumpUnless, label, register);
                break;
        }

        code.Release(mark);
    }

    /// <summary>A chain of <c>&amp;&amp;</c> stops at the first false operand, a chain of <c>||</c> at the first true one.</summary>
    private void JumpChain(ImmutableArray<Expression> operands, Label label, bool when, bool stopAt)
    {
        Label end = FunctionBuilder.NewLabel();
        Label stop = when == stopAt ? label : end;
        for (int i = 0; i < operands.Length - 1; i++)
        {
            Jump(operands[i], stop, stopAt);
        }

        Jump(operands[^1], label, when);
        code.Place(end);
    }

    private void JumpChoice(Expression.If choice, Label label, bool when)
    {
        if (Exact(choice.Condition) is { } taken)
        {
            Jump(taken ? choice.WhenTrue : choice.WhenFalse, label, when);
            return;
        }

        Label otherwise = FunctionBuilder.NewLabel();
        Label end = FunctionBuilder.NewLabel();
        Jump(choice.Condition, otherwise, when: false);
        Jump(choice.WhenTrue, label, when);
        code.Jump(Opcode.Jump, end);
        code.Place(otherwise);
        Jump(choice.WhenFalse, label, when);
        code.Place(end);
    }

    /// <summary><c>e has a.b.c</c>: false at the first attribute that is missing.</summary>
    private void JumpPath(Expression.HasAttribute has, Label label, bool when)
    {
        Label missing = FunctionBuilder.NewLabel();
        Label no = when ? missing : label;
        int target = Operand(has.Target);
        SchemaType? container = types.GetValueOrDefault(has.Target);
        for (int i = 0; i < has.Path.Length; i++)
        {
            int found = code.Allocate();
            HasTo(container, target, has.Path[i], found);
            if (i == has.Path.Length - 1)
            {
                code.Jump(when ? Opcode.JumpIf : Opcode.JumpUnless, label, found);
                break;
            }

            code.Jump(Opcode.JumpUnless, no, found);
            SchemaType? next = AttributesOf(container).GetValueOrDefault(has.Path[i])?.Type;
            if (next is not (SchemaType.RecordOf or SchemaType.EntityOf))
            {
                code.Emit(Opcode.Mismatch);
                break;
            }

            int value = code.Allocate();
            GetTo(has, container, target, has.Path[i], TypeOf(next), value);
            (target, container) = (value, next);
        }

        code.Place(missing);
    }

    private void HasTo(SchemaType? container, int target, string name, int register) => code.EmitTo(
        register, RegisterType.Bool, container is SchemaType.RecordOf ? Opcode.HasField : Opcode.HasAttribute, target,
        immediate: NameOf(container, name));

    private void JumpIsIn(Expression.Is test, Label label, bool when)
    {
        Label end = FunctionBuilder.NewLabel();
        int target = Operand(test.Target);
        int answer = code.Allocate();
        if (!IsRequestType(test.Target, out string? known) || known != test.Type)
        {
            code.EmitTo(answer, RegisterType.Bool, Opcode.IsType, target, immediate: module.Text(test.Type));
            code.Jump(Opcode.JumpUnless, when ? end : label, answer);
        }

        if (test.Container is Expression.Literal { Value: EntityValue container } && types.ContainsKey(test.Container))
        {
            code.JumpConstant(when ? Opcode.JumpIn : Opcode.JumpNotIn, target, module.Constant(container), label);
        }
        else
        {
            int group = Operand(test.Container!);
            IsInTo(target, test.Container!, group, answer);
            code.Jump(when ? Opcode.JumpIf : Opcode.JumpUnless, label, answer);
        }

        code.Place(end);
    }

    private void IsInTo(int entity, Expression container, int group, int register)
    {
        Opcode opcode = TypeOf(container) == RegisterType.Set ? Opcode.IsInSet : Opcode.IsIn;
        code.EmitTo(register, RegisterType.Bool, opcode, entity, group);
    }

    /// <summary>Comparisons that are one instruction with the jump.</summary>
    private bool JumpCompared(Expression.Binary binary, Label label, bool when)
    {
        RegisterType left = TypeOf(binary.Left);
        if (binary.Operator == BinaryOperator.In)
        {
            if (binary.Right is not Expression.Literal { Value: EntityValue container })
            {
                return false;
            }

            int entity = Operand(binary.Left);
            code.JumpConstant(when ? Opcode.JumpIn : Opcode.JumpNotIn, entity, module.Constant(container), label);
            return true;
        }

        if (binary.Operator is BinaryOperator.Equal or BinaryOperator.NotEqual)
        {
            bool same = when == (binary.Operator == BinaryOperator.Equal);
            return left == TypeOf(binary.Right) && (left.IsNumber() || left == RegisterType.Entity)
                && JumpEqual(binary, label, same, left == RegisterType.Entity);
        }

        return binary.Operator <= BinaryOperator.GreaterOrEqual && left == TypeOf(binary.Right) && JumpOrdered(binary, label, when);
    }

    private bool JumpEqual(Expression.Binary binary, Label label, bool same, bool entities)
    {
        int left = Operand(binary.Left);
        if (ConstantOf(binary.Right) is { } constant)
        {
            Opcode withConstant = entities
                ? same ? Opcode.JumpSameConstant : Opcode.JumpOtherConstant
                : same ? Opcode.JumpEqualConstant : Opcode.JumpNotEqualConstant;
            code.JumpConstant(withConstant, left, module.Constant(constant), label);
            return true;
        }

        int right = Operand(binary.Right);
        Opcode opcode = entities
            ? same ? Opcode.JumpSame : Opcode.JumpOther
            : same ? Opcode.JumpEqual : Opcode.JumpNotEqual;
        code.Jump(opcode, label, left, right);
        return true;
    }

    private bool JumpOrdered(Expression.Binary binary, Label label, bool when)
    {
        int left = Operand(binary.Left);
        BinaryOperator relation = when ? binary.Operator : Opposite(binary.Operator);
        if (ConstantOf(binary.Right) is { } constant)
        {
            Opcode withConstant = relation switch
            {
                BinaryOperator.Less => Opcode.JumpLessConstant,
                BinaryOperator.LessOrEqual => Opcode.JumpLessOrEqualConstant,
                BinaryOperator.Greater => Opcode.JumpGreaterConstant,
                _ => Opcode.JumpGreaterOrEqualConstant,
            };
            code.JumpConstant(withConstant, left, module.Constant(constant), label);
            return true;
        }

        int right = Operand(binary.Right);
        bool strict = relation is BinaryOperator.Less or BinaryOperator.Greater;
        (int low, int high) = relation is BinaryOperator.Less or BinaryOperator.LessOrEqual ? (left, right) : (right, left);
        code.Jump(strict ? Opcode.JumpLess : Opcode.JumpLessOrEqual, label, low, high);
        return true;
    }

    private static BinaryOperator Opposite(BinaryOperator relation) => relation switch
    {
        BinaryOperator.Less => BinaryOperator.GreaterOrEqual,
        BinaryOperator.LessOrEqual => BinaryOperator.Greater,
        BinaryOperator.Greater => BinaryOperator.LessOrEqual,
        _ => BinaryOperator.Less,
    };

    /// <summary>The value of an operand that is one without any evaluation, and that was checked.</summary>
    private CedarValue? ConstantOf(Expression expression) => !types.ContainsKey(expression) ? null : expression switch
    {
        Expression.Literal literal => literal.Value,
        Expression.Call { Known.Value: { } known } => known,
        _ => null,
    };

    /// <summary>Truth values that one instruction leaves in a register.</summary>
    private bool DirectTo(Expression expression, int register)
    {
        switch (expression)
        {
            case Expression.Not not:
                code.EmitTo(register, RegisterType.Bool, Opcode.Not, Operand(not.Operand));
                return true;
            case Expression.HasAttribute { Path.Length: 1 } has:
                HasTo(types.GetValueOrDefault(has.Target), Operand(has.Target), has.Path[0], register);
                return true;
            case Expression.Like like:
                int text = Operand(like.Target);
                code.EmitTo(register, RegisterType.Bool, Opcode.Like, text, immediate: module.Pattern(like.Pattern.Parts));
                return true;
            case Expression.Is { Container: null } test:
                int entity = Operand(test.Target);
                code.EmitTo(register, RegisterType.Bool, Opcode.IsType, entity, immediate: module.Text(test.Type));
                return true;
            case Expression.IsEmpty test:
                code.EmitTo(register, RegisterType.Bool, Opcode.IsEmpty, Operand(test.Target));
                return true;
            case Expression.Binary binary:
                return BinaryTo(binary, register);
            default:
                return false;
        }
    }

    private bool BinaryTo(Expression.Binary binary, int register)
    {
        int left = Operand(binary.Left);
        int right = Operand(binary.Right);
        RegisterType type = TypeOf(binary.Left);
        switch (binary.Operator)
        {
            case BinaryOperator.Equal or BinaryOperator.NotEqual:
                Opcode equal = type.IsNumber() ? Opcode.Equal : type == RegisterType.Entity ? Opcode.SameEntity : Opcode.SameValue;
                code.EmitTo(register, RegisterType.Bool, equal, left, right);
                if (binary.Operator == BinaryOperator.NotEqual)
                {
                    code.EmitTo(register, RegisterType.Bool, Opcode.Not, register);
                }

                break;
            case BinaryOperator.Less or BinaryOperator.LessOrEqual:
                Opcode below = binary.Operator == BinaryOperator.Less ? Opcode.Less : Opcode.LessOrEqual;
                code.EmitTo(register, RegisterType.Bool, below, left, right);
                break;
            case BinaryOperator.Greater or BinaryOperator.GreaterOrEqual:
                Opcode above = binary.Operator == BinaryOperator.Greater ? Opcode.Less : Opcode.LessOrEqual;
                code.EmitTo(register, RegisterType.Bool, above, right, left);
                break;
            case BinaryOperator.In:
                IsInTo(left, binary.Right, right, register);
                break;
            case BinaryOperator.HasTag:
                code.EmitTo(register, RegisterType.Bool, Opcode.HasTag, left, right);
                break;
            case BinaryOperator.Contains:
                code.EmitTo(register, RegisterType.Bool, Opcode.Contains, left, right, (int)TypeOf(binary.Right));
                break;
            default:
                Opcode covers = binary.Operator == BinaryOperator.ContainsAll ? Opcode.ContainsAll : Opcode.ContainsAny;
                code.EmitTo(register, RegisterType.Bool, covers, left, right);
                break;
        }

        return true;
    }
}
