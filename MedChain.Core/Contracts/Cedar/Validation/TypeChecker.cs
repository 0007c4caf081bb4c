using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Validation;

/// <summary>Finds the type of expressions for one kind of request (strict mode of Cedar's type checker). Code that the types show to be
/// unreachable is not checked. Answers <see langword="null"/> after the first error and keeps it.</summary>
internal sealed partial class TypeChecker(CedarSchema schema, SchemaHierarchy hierarchy, RequestEnvironment environment)
{
    private static readonly ImmutableHashSet<Capability> Nothing = [];

    public PolicyError? Error { get; private set; }

    /// <summary>Gets what is told the type of every expression that is looked at; nothing by default.</summary>
    public Dictionary<Expression, SchemaType>? Types { get; init; }

    /// <summary>The type of an expression, where some capabilities are known.</summary>
    public Typing? Check(Expression expression, ImmutableHashSet<Capability> known)
    {
        switch (expression)
        {
            case Expression.And and:
                return CheckAnd(and, and.Operands, known);
            case Expression.Or or:
                return CheckOr(or, known);
            case Expression.If choice:
                return CheckIf(choice, known);
            case Expression.HasAttribute has:
                return has.Path.Length == 1 ? CheckHas(has, known) : CheckAnd(has, StepsOf(has), known);
            case Expression.Is { Container: not null } test:
                return CheckAnd(test, StepsOf(test), known);
            case Expression.Binary { Operator: BinaryOperator.HasTag } tag:
                return CheckHasTag(tag, known);
            case Expression.Named or Expression.Entry or Expression.HasEntry or Expression.Invoke:
                return CheckContract(expression, known);
            default:
                return CheckPlain(expression, known) is { } type ? Noted(expression, type, Nothing) : null;
        }
    }

    /// <summary>Types of expressions that tell nothing about what is there.</summary>
    private SchemaType? CheckPlain(Expression expression, ImmutableHashSet<Capability> known) => expression switch
    {
        Expression.Literal literal => TypeOf(literal.Value),
        Expression.Variable variable => TypeOf(variable.Name),
        Expression.Not not => CheckBool(not.Operand, known) is { } value ? TypeLattice.Bool(!value.Known) : null,
        Expression.Negate negate => Expect<SchemaType.Long>(negate.Operand, known, "Long"),
        Expression.Arithmetic arithmetic => arithmetic.Operands.All(operand => Expect<SchemaType.Long>(operand, known, "Long") is not null)
            ? new SchemaType.Long()
            : null,
        Expression.GetAttribute get => CheckGet(get, known),
        Expression.Like like => Expect<SchemaType.Text>(like.Target, known, "String") is not null ? TypeLattice.AnyBool : null,
        Expression.Is test => Expect<SchemaType.EntityOf>(test.Target, known, "entity") is { } entity
            ? TypeLattice.Bool(entity.Type == test.Type)
            : null,
        Expression.IsEmpty test => Expect<SchemaType.SetOf>(test.Target, known, "Set") is not null ? TypeLattice.AnyBool : null,
        Expression.Binary binary => CheckBinary(binary, known),
        Expression.SetOf set => CheckSet(set, known),
        Expression.RecordOf record => CheckRecord(record, known),
        Expression.Call call => CheckCall(call, known),
        _ => throw new InvalidOperationException($"The node {expression.GetType().Name} has no type."),
    };

    private Typing? CheckAnd(Expression at, ImmutableArray<Expression> operands, ImmutableHashSet<Capability> known)
    {
        bool? value = true;
        ImmutableHashSet<Capability> gained = Nothing;
        foreach (Expression operand in operands)
        {
            if (Check(operand, known) is not { } typing || !ExpectBool(operand, typing.Type, out bool? next))
            {
                return null;
            }

            if (next == false)
            {
                return Noted(at, TypeLattice.False, Nothing);
            }

            value = value == true ? next : value;
            gained = gained.Union(typing.Capabilities);
            known = known.Union(typing.Capabilities);
        }

        return Noted(at, TypeLattice.Bool(value), gained);
    }

    private Typing? CheckOr(Expression.Or or, ImmutableHashSet<Capability> known)
    {
        bool? value = false;
        ImmutableHashSet<Capability>? common = null;
        foreach (Expression operand in or.Operands)
        {
            if (Check(operand, known) is not { } typing || !ExpectBool(operand, typing.Type, out bool? next))
            {
                return null;
            }

            if (next == true)
            {
                return Noted(or, TypeLattice.True, Nothing);
            }

            if (next is null)
            {
                value = null;
                common = common?.Intersect(typing.Capabilities) ?? typing.Capabilities;
            }
        }

        return Noted(or, TypeLattice.Bool(value), common ?? Nothing);
    }

    private Typing? CheckIf(Expression.If choice, ImmutableHashSet<Capability> known)
    {
        if (Check(choice.Condition, known) is not { } condition || !ExpectBool(choice.Condition, condition.Type, out bool? value))
        {
            return null;
        }

        if (value == false)
        {
            return Check(choice.WhenFalse, known) is { } only ? Noted(choice, only.Type, only.Capabilities) : null;
        }

        if (Check(choice.WhenTrue, known.Union(condition.Capabilities)) is not { } whenTrue)
        {
            return null;
        }

        ImmutableHashSet<Capability> gained = whenTrue.Capabilities.Union(condition.Capabilities);
        if (value == true)
        {
            return Noted(choice, whenTrue.Type, gained);
        }

        if (Check(choice.WhenFalse, known) is not { } whenFalse)
        {
            return null;
        }

        if (TypeLattice.Join(whenTrue.Type, whenFalse.Type) is not { } type)
        {
            Fail(choice, $"The two sides of this 'if' are a {whenTrue.Type.Name} and a {whenFalse.Type.Name}; give both one type.");
            return null;
        }

        return Noted(choice, type, gained.Intersect(whenFalse.Capabilities));
    }

    private static SchemaType TypeOf(CedarValue value) => value switch
    {
        BooleanValue boolean => TypeLattice.Bool(boolean.Value),
        LongValue => new SchemaType.Long(),
        StringValue => new SchemaType.Text(),
        EntityValue entity => new SchemaType.EntityOf(entity.Uid.Type),
        _ => throw new InvalidOperationException($"A {value.TypeName} is no literal."),
    };

    private SchemaType TypeOf(RequestVariable variable) => variable switch
    {
        RequestVariable.Principal => new SchemaType.EntityOf(environment.Principal),
        RequestVariable.Action => new SchemaType.EntityOf(environment.Action.Uid.Type),
        RequestVariable.Resource => new SchemaType.EntityOf(environment.Resource),
        _ => environment.Action.Context,
    };

    private SchemaType.Boolean? CheckBool(Expression expression, ImmutableHashSet<Capability> known) =>
        Expect<SchemaType.Boolean>(expression, known, "Bool");

    private T? Expect<T>(Expression expression, ImmutableHashSet<Capability> known, string expected)
        where T : SchemaType
    {
        if (Check(expression, known) is not { } typing)
        {
            return null;
        }

        if (typing.Type is not T type)
        {
            Fail(expression, $"A {expected} is needed here, and this is a {typing.Type.Name}.");
            return null;
        }

        return type;
    }

    private bool ExpectBool(Expression expression, SchemaType type, out bool? known)
    {
        known = (type as SchemaType.Boolean)?.Known;
        if (type is not SchemaType.Boolean)
        {
            Fail(expression, $"A Bool is needed here, and this is a {type.Name}.");
        }

        return type is SchemaType.Boolean;
    }

    /// <summary>The typing of an expression, which is remembered when somebody wants it.</summary>
    private Typing Noted(Expression at, SchemaType type, ImmutableHashSet<Capability> capabilities)
    {
        Types?.TryAdd(at, type);
        return new Typing(type, capabilities);
    }

    private void Fail(Expression at, string message) => Error ??= at.Position.Error(message);
}
