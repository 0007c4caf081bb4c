using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Explaining;

/// <summary>Conditions that would have to be different for a result.</summary>
internal sealed record Repair(IReadOnlyList<ConditionChange> Changes)
{
    /// <summary>Both at once; what they share counts once.</summary>
    public Repair With(Repair other)
    {
        var known = Changes.Select(change => (change.Cedar, change.MustHold)).ToHashSet();
        return new Repair([.. Changes, .. other.Changes.Where(change => known.Add((change.Cedar, change.MustHold)))]);
    }
}

/// <summary>Finds the fewest conditions that would have to be different for a policy to hold, or not to. Each node of the policy is looked
/// at twice at most, once for each wanted result.</summary>
internal sealed class ConditionRepairs(ConditionReader reader, string policyId)
{
    private readonly Dictionary<(Expression Node, bool Wanted), Repair> _found = [];

    public Repair For(Expression expression, bool wanted)
    {
        if (!_found.TryGetValue((expression, wanted), out Repair? repair))
        {
            repair = Find(expression, wanted);
            _found.Add((expression, wanted), repair);
        }

        return repair;
    }

    private Repair Find(Expression expression, bool wanted) => expression switch
    {
        Expression.And and => wanted ? All(and.Operands, wanted) : Nearest(and.Operands, wanted),
        Expression.Or or => wanted ? Nearest(or.Operands, wanted) : All(or.Operands, wanted),
        Expression.Not not => For(not.Operand, !wanted),
        Expression.If choice => Fewer(
            For(choice.Condition, wanted: true).With(For(choice.WhenTrue, wanted)),
            For(choice.Condition, wanted: false).With(For(choice.WhenFalse, wanted))),
        _ => Flip(expression, wanted),
    };

    private Repair All(ImmutableArray<Expression> operands, bool wanted)
    {
        var changes = new List<ConditionChange>();
        var known = new HashSet<(string, bool)>();
        foreach (Expression operand in operands)
        {
            changes.AddRange(For(operand, wanted).Changes.Where(change => known.Add((change.Cedar, change.MustHold))));
        }

        return new Repair(changes);
    }

    private Repair Nearest(ImmutableArray<Expression> operands, bool wanted) =>
        operands.Where(operand => operand is not Expression.Literal)
            .Select(operand => For(operand, wanted))
            .DefaultIfEmpty(Flip(operands[0], wanted))
            .Aggregate(Fewer);

    private static Repair Fewer(Repair first, Repair second) => second.Changes.Count < first.Changes.Count ? second : first;

    private Repair Flip(Expression condition, bool wanted) => reader.Test(condition, out _) == wanted
        ? new Repair([])
        : new Repair(
        [
            new ConditionChange(
                policyId, ExpressionPrinter.Print(condition), PlainWords.For(condition), wanted, reader.Seen(condition)),
        ]);
}
