using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Evaluation;

/// <summary>Arithmetic, comparisons, membership, sets and tags.</summary>
internal sealed partial class Evaluator
{
    private LongValue? Negated(Expression.Negate negate)
    {
        if (As<LongValue>(Evaluate(negate.Operand), negate, "Long") is not { } number)
        {
            return null;
        }

        if (CheckedNumbers.TrySubtract(0, number.Value, out long result))
        {
            return new LongValue(result);
        }

        FailOverflow(negate);
        return null;
    }

    private LongValue? Sum(Expression.Arithmetic arithmetic)
    {
        long total = 0;
        for (int i = 0; i < arithmetic.Operands.Length; i++)
        {
            if (As<LongValue>(Evaluate(arithmetic.Operands[i]), arithmetic.Operands[i], "Long") is not { } operand)
            {
                return null;
            }

            bool fits = i == 0
                ? CheckedNumbers.TryAdd(0, operand.Value, out total)
                : arithmetic.Operators[i - 1] switch
                {
                    ArithmeticOperator.Add => CheckedNumbers.TryAdd(total, operand.Value, out total),
                    ArithmeticOperator.Subtract => CheckedNumbers.TrySubtract(total, operand.Value, out total),
                    _ => CheckedNumbers.TryMultiply(total, operand.Value, out total),
                };
            if (!fits)
            {
                FailOverflow(arithmetic);
                return null;
            }
        }

        return new LongValue(total);
    }

    private CedarValue? Apply(Expression.Binary binary)
    {
        if (Evaluate(binary.Left) is not { } left || Evaluate(binary.Right) is not { } right)
        {
            return null;
        }

        return binary.Operator switch
        {
            BinaryOperator.Equal => Spend(binary, SizeOf(left)) ? BooleanValue.Of(left.Equals(right)) : null,
            BinaryOperator.NotEqual => Spend(binary, SizeOf(left)) ? BooleanValue.Of(!left.Equals(right)) : null,
            BinaryOperator.In => As<EntityValue>(left, binary, "entity") is { } entity ? IsIn(binary, entity, right) : null,
            BinaryOperator.GetTag or BinaryOperator.HasTag => Tag(binary, left, right),
            BinaryOperator.Contains or BinaryOperator.ContainsAll or BinaryOperator.ContainsAny => Contains(binary, left, right),
            _ => Order(binary, left, right) is { } order ? BooleanValue.Of(Satisfies(binary.Operator, order)) : null,
        };
    }

    private static int SizeOf(CedarValue value) => value switch
    {
        StringValue text => text.Value.Length / CharactersPerStep,
        SetValue set => set.Elements.Length,
        RecordValue record => record.Count,
        _ => 0,
    };

    private static bool Satisfies(BinaryOperator name, int order) => name switch
    {
        BinaryOperator.Less => order < 0,
        BinaryOperator.LessOrEqual => order <= 0,
        BinaryOperator.Greater => order > 0,
        _ => order >= 0,
    };

    private int? Order(Expression.Binary binary, CedarValue left, CedarValue right)
    {
        switch (left, right)
        {
            case (LongValue a, LongValue b):
                return a.Value.CompareTo(b.Value);
            case (DateTimeValue a, DateTimeValue b):
                return a.Milliseconds.CompareTo(b.Milliseconds);
            case (DurationValue a, DurationValue b):
                return a.Milliseconds.CompareTo(b.Milliseconds);
            default:
                Fail(binary, $"a {left.TypeName} and a {right.TypeName} have no order; two Longs, datetimes or durations have one");
                return null;
        }
    }

    private BooleanValue? IsIn(Expression at, EntityValue entity, CedarValue container)
    {
        if (container is EntityValue single)
        {
            return BooleanValue.Of(entities.IsIn(entity.Uid, single.Uid));
        }

        if (As<SetValue>(container, at, "entity or a Set of entities") is not { } set || !Spend(at, set.Elements.Length))
        {
            return null;
        }

        bool found = false;
        foreach (CedarValue element in set.Elements)
        {
            if (As<EntityValue>(element, at, "entity in the Set") is not { } candidate)
            {
                return null;
            }

            found = found || entities.IsIn(entity.Uid, candidate.Uid);
        }

        return BooleanValue.Of(found);
    }

    private BooleanValue? Contains(Expression.Binary binary, CedarValue left, CedarValue right)
    {
        if (As<SetValue>(left, binary, "Set") is not { } set)
        {
            return null;
        }

        if (binary.Operator == BinaryOperator.Contains)
        {
            return BooleanValue.Of(set.Contains(right));
        }

        if (As<SetValue>(right, binary, "Set") is not { } other || !Spend(binary, other.Elements.Length))
        {
            return null;
        }

        return BooleanValue.Of(binary.Operator == BinaryOperator.ContainsAll
            ? other.Elements.All(set.Contains)
            : other.Elements.Any(set.Contains));
    }

    private CedarValue? Tag(Expression.Binary binary, CedarValue left, CedarValue right)
    {
        if (As<EntityValue>(left, binary, "entity") is not { } entity || As<StringValue>(right, binary, "String") is not { } key)
        {
            return null;
        }

        CedarValue? tag = entities.Find(entity.Uid)?.Tags[key.Value];
        return binary.Operator == BinaryOperator.HasTag
            ? BooleanValue.Of(tag is not null)
            : tag ?? Fail(binary, $"the entity has no tag \"{Quoting.Shorten(key.Value)}\"");
    }
}
