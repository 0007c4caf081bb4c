using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Bytecode.Compilation;

/// <summary>What is certain from the kind of request alone, and functions of the extension types.</summary>
internal sealed partial class ExpressionCompiler
{
    /// <summary>The truth value that an expression has for every request of this kind, whatever the entities are; <see langword="null"/>
    /// when that is not certain.</summary>
    private bool? Exact(Expression expression)
    {
        switch (expression)
        {
            case Expression.Literal { Value: BooleanValue boolean }:
                return boolean.Value;
            case Expression.Not not:
                return !Exact(not.Operand);
            case Expression.And and:
                return ExactChain(and.Operands, stopAt: false);
            case Expression.Or or:
                return ExactChain(or.Operands, stopAt: true);
            case Expression.Is { Container: null } test:
                return IsRequestType(test.Target, out string? type) ? type == test.Type : null;
            case Expression.Is test:
                return IsRequestType(test.Target, out string? kind) && kind != test.Type ? false : null;
            case Expression.Binary { Operator: BinaryOperator.Equal } equal:
                return ExactEqual(equal);
            case Expression.Binary { Operator: BinaryOperator.NotEqual } different:
                return !ExactEqual(different);
            case Expression.Binary { Operator: BinaryOperator.In } test:
                return ActionOf(test.Left) is { } action && IsNamed(action, test.Right) ? true : null;
            default:
                return null;
        }
    }

    private bool? ExactChain(IEnumerable<Expression> operands, bool stopAt)
    {
        foreach (Expression operand in operands)
        {
            if (Exact(operand) is not { } value)
            {
                return null;
            }

            if (value == stopAt)
            {
                return stopAt;
            }
        }

        return !stopAt;
    }

    private bool? ExactEqual(Expression.Binary equal)
    {
        if (Certain(equal.Left) is { } left && Certain(equal.Right) is { } right)
        {
            return left.Equals(right);
        }

        return IsRequestType(equal.Left, out string? one) && IsRequestType(equal.Right, out string? other) && one != other ? false : null;
    }

    private CedarValue? Certain(Expression expression) => expression switch
    {
        Expression.Literal literal => literal.Value,
        Expression.Variable { Name: RequestVariable.Action } => new EntityValue(environment.Action.Uid),
        _ => null,
    };

    private EntityUid? ActionOf(Expression expression) => (Certain(expression) as EntityValue)?.Uid;

    /// <summary>Says whether an entity is named itself, so that no hierarchy is needed to find it.</summary>
    private bool IsNamed(EntityUid uid, Expression container) => container is Expression.SetOf set
        ? set.Elements.All(element => ActionOf(element) is not null) && set.Elements.Any(element => uid.Equals(ActionOf(element)))
        : uid.Equals(ActionOf(container));

    /// <summary>Says whether an expression is an entity whose type the kind of request or the text fixes.</summary>
    private bool IsRequestType(Expression expression, out string? type)
    {
        type = expression switch
        {
            Expression.Literal { Value: EntityValue entity } => entity.Uid.Type,
            Expression.Variable { Name: RequestVariable.Principal } => environment.Principal,
            Expression.Variable { Name: RequestVariable.Action } => environment.Action.Uid.Type,
            Expression.Variable { Name: RequestVariable.Resource } => environment.Resource,
            _ => null,
        };
        return type is not null;
    }

    private void CallTo(Expression.Call call, int register)
    {
        if (call.Known is { Value: { } known })
        {
            LoadTo(known, register);
            return;
        }

        int first = Operand(call.Arguments[0]);
        int second = call.Arguments.Length > 1 ? Operand(call.Arguments[1]) : 0;
        (Opcode opcode, RegisterType type, int b, int c, int immediate) = call.Function.Name switch
        {
            "lessThan" => (Opcode.Less, RegisterType.Bool, first, second, 0),
            "lessThanOrEqual" => (Opcode.LessOrEqual, RegisterType.Bool, first, second, 0),
            "greaterThan" => (Opcode.Less, RegisterType.Bool, second, first, 0),
            "greaterThanOrEqual" => (Opcode.LessOrEqual, RegisterType.Bool, second, first, 0),
            "isIpv4" => (Opcode.IsIpv4, RegisterType.Bool, first, 0, 0),
            "isIpv6" => (Opcode.IsIpv6, RegisterType.Bool, first, 0, 0),
            "isLoopback" => (Opcode.IsLoopback, RegisterType.Bool, first, 0, 0),
            "isMulticast" => (Opcode.IsMulticast, RegisterType.Bool, first, 0, 0),
            "isInRange" => (Opcode.IsInRange, RegisterType.Bool, first, second, 0),
            "offset" => (Opcode.OffsetTime, RegisterType.Time, first, second, 0),
            "durationSince" => (Opcode.TimeSince, RegisterType.Duration, first, second, 0),
            "toDate" => (Opcode.DateOfTime, RegisterType.Time, first, 0, 0),
            "toTime" => (Opcode.TimeOfDay, RegisterType.Duration, first, 0, 0),
            "toMilliseconds" => (Opcode.DurationIn, RegisterType.Long, first, 0, 0),
            "toSeconds" => (Opcode.DurationIn, RegisterType.Long, first, 0, 1),
            "toMinutes" => (Opcode.DurationIn, RegisterType.Long, first, 0, 2),
            "toHours" => (Opcode.DurationIn, RegisterType.Long, first, 0, 3),
            _ => (Opcode.DurationIn, RegisterType.Long, first, 0, 4),
        };
        code.EmitTo(register, type, opcode, b, c, immediate, call.Position);
    }
}
