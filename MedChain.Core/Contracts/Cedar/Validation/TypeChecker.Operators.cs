using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Evaluation;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Validation;

/// <summary>Comparisons, sets, records and calls.</summary>
internal sealed partial class TypeChecker
{
    private SchemaType? CheckBinary(Expression.Binary binary, ImmutableHashSet<Capability> known)
    {
        if (Check(binary.Left, known) is not { Type: var left } || Check(binary.Right, known) is not { Type: var right })
        {
            return null;
        }

        return binary.Operator switch
        {
            BinaryOperator.Equal => CheckEqual(binary, left, right),
            BinaryOperator.NotEqual => CheckEqual(binary, left, right) is { } equal ? TypeLattice.Bool(!equal.Known) : null,
            BinaryOperator.In => CheckIn(binary, left, right),
            BinaryOperator.GetTag => CheckGetTag(binary, left, right, known),
            BinaryOperator.Contains => left is SchemaType.SetOf set
                ? RequireJoin(binary, set.Element, right)
                : FailNoSet(binary, left),
            BinaryOperator.ContainsAll or BinaryOperator.ContainsAny => (left, right) switch
            {
                (SchemaType.SetOf, SchemaType.SetOf) => RequireJoin(binary, left, right),
                (SchemaType.SetOf, _) => FailNoSet(binary, right),
                _ => FailNoSet(binary, left),
            },
            _ => CheckOrder(binary, left, right),
        };
    }

    private SchemaType.Boolean? CheckEqual(Expression.Binary binary, SchemaType left, SchemaType right)
    {
        if (Constant(binary.Left) is { } a && Constant(binary.Right) is { } b)
        {
            return TypeLattice.Bool(a.Equals(b));
        }

        return left is SchemaType.EntityOf one && right is SchemaType.EntityOf other && one.Type != other.Type
            ? TypeLattice.False
            : RequireJoin(binary, left, right);
    }

    private CedarValue? Constant(Expression expression) => expression switch
    {
        Expression.Literal literal => literal.Value,
        Expression.Variable { Name: RequestVariable.Action } => new EntityValue(environment.Action.Uid),
        _ => null,
    };

    private SchemaType.Boolean? CheckOrder(Expression.Binary binary, SchemaType left, SchemaType right)
    {
        if ((left, right) is (SchemaType.Long, SchemaType.Long)
            || (left is SchemaType.Extension { Name: "datetime" or "duration" } && TypeLattice.Join(left, right) is not null))
        {
            return TypeLattice.AnyBool;
        }

        Fail(binary, $"A {left.Name} and a {right.Name} have no order; two Longs, datetimes or durations have one.");
        return null;
    }

    private SchemaType.Boolean? RequireJoin(Expression at, SchemaType left, SchemaType right)
    {
        if (TypeLattice.Join(left, right) is not null)
        {
            return TypeLattice.AnyBool;
        }

        Fail(at, $"A {left.Name} and a {right.Name} are never equal here; compare values of one type.");
        return null;
    }

    private SchemaType.Boolean? FailNoSet(Expression at, SchemaType found)
    {
        Fail(at, $"A Set is needed here, and this is a {found.Name}.");
        return null;
    }

    private SchemaType.SetOf? CheckSet(Expression.SetOf set, ImmutableHashSet<Capability> known)
    {
        SchemaType? element = null;
        foreach (Expression item in set.Elements)
        {
            if (Check(item, known) is not { } typing)
            {
                return null;
            }

            SchemaType? joined = element is null ? typing.Type : TypeLattice.Join(element, typing.Type);
            if (joined is null)
            {
                Fail(item, $"A Set has elements of one type, and this has a {element!.Name} and a {typing.Type.Name}.");
                return null;
            }

            element = joined;
        }

        if (element is null)
        {
            Fail(set, "An empty Set has no element type; write isEmpty() to test for it.");
            return null;
        }

        return new SchemaType.SetOf(element);
    }

    private SchemaType.RecordOf? CheckRecord(Expression.RecordOf record, ImmutableHashSet<Capability> known)
    {
        ImmutableSortedDictionary<string, AttributeType>.Builder attributes =
            ImmutableSortedDictionary.CreateBuilder<string, AttributeType>(StringComparer.Ordinal);
        for (int i = 0; i < record.Names.Length; i++)
        {
            if (Check(record.Values[i], known) is not { } typing)
            {
                return null;
            }

            attributes.Add(record.Names[i], new AttributeType(typing.Type, IsRequired: true));
        }

        return new SchemaType.RecordOf(attributes.ToImmutable());
    }

    private SchemaType? CheckCall(Expression.Call call, ImmutableHashSet<Capability> known)
    {
        ExtensionFunction function = call.Function;
        if (call.Arguments.Length != function.Arity)
        {
            Fail(call, $"{function.Name} takes another number of arguments.");
            return null;
        }

        for (int i = 0; i < call.Arguments.Length; i++)
        {
            if (Check(call.Arguments[i], known) is not { } typing)
            {
                return null;
            }

            if (typing.Type.Name != function.Parameters[i])
            {
                Fail(call.Arguments[i], $"{function.Name} takes a {function.Parameters[i]}, and this is a {typing.Type.Name}.");
                return null;
            }
        }

        if (!function.IsMethod && call.Known is not { Failure: null })
        {
            Fail(call, call.Known?.Failure ?? $"{function.Name} takes a text in quotes, so that it can be checked before any request.");
            return null;
        }

        return SchemaType.BuiltIn(function.Result);
    }
}
