using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Evaluation;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Explaining;

/// <summary>Evaluates conditions one by one, whether or not a decision would have come to them. All share the steps of one
/// decision.</summary>
internal sealed class ConditionReader(AuthorizationRequest request, EntityStore entities, int maxSteps)
{
    private const int MaxSeen = 8;
    private const int LongestValue = 120;

    private readonly Evaluator _evaluator = new(request, entities, maxSteps);

    /// <summary>Whether a condition holds; <see langword="null"/> with a reason when that cannot be said.</summary>
    public bool? Test(Expression condition, out string? failure)
    {
        failure = null;
        switch (_evaluator.Evaluate(condition))
        {
            case BooleanValue value:
                return value.Value;
            case null:
                failure = _evaluator.TakeFailure();
                return null;
            case { } other:
                failure = $"{condition.Position}: a Bool is needed here, not a {other.TypeName}";
                return null;
        }
    }

    /// <summary>The parts of the request and the entities that a condition looks at, with their values.</summary>
    public ImmutableArray<SeenValue> Seen(Expression condition)
    {
        var seen = new List<SeenValue>();
        foreach (Expression source in Sources(condition).Take(MaxSeen))
        {
            string from = ExpressionPrinter.Print(source);
            if (seen.Exists(value => value.Expression == from))
            {
                continue;
            }

            if (_evaluator.Evaluate(source) is { } value)
            {
                string text = value.ToString()!;
                seen.Add(new SeenValue(from, text.Length <= LongestValue ? text : string.Concat(text.AsSpan(0, LongestValue - 1), "…")));
            }
            else
            {
                _evaluator.TakeFailure();
            }
        }

        return [.. seen];
    }

    private static IEnumerable<Expression> Sources(Expression expression) => expression switch
    {
        Expression.Variable { Name: RequestVariable.Context } => [],
        Expression.Variable or Expression.GetAttribute => [expression],
        _ => expression.Parts.SelectMany(Sources),
    };
}
