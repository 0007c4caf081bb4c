using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Evaluation;

/// <summary>The reference evaluator: walks the tree as the language specification reads. Normative for every faster one. An expression that
/// cannot be evaluated gives <see langword="null"/>, and the reason is kept until it is taken.</summary>
internal sealed partial class Evaluator(AuthorizationRequest request, EntityStore entities, int maxSteps)
{
    private const int CharactersPerStep = 16;

    private int _stepsLeft = maxSteps;
    private string? _failure;

    /// <summary>Says whether scope and conditions hold; <see langword="null"/> when that cannot be said.</summary>
    public bool? IsSatisfied(PolicyBody policy)
    {
        if (!Scopes.Hold(policy, request, entities))
        {
            return false;
        }

        foreach (Condition condition in policy.Conditions)
        {
            if (Test(condition.Body) is not { } holds)
            {
                return null;
            }

            if (holds == condition.IsUnless)
            {
                return false;
            }
        }

        return true;
    }

    public string TakeFailure()
    {
        string failure = _failure ?? "unknown";
        _failure = null;
        return failure;
    }

    public CedarValue? Evaluate(Expression expression) => !Spend(expression, 1) ? null : expression switch
    {
        Expression.Literal literal => literal.Value,
        Expression.Variable variable => ValueOf(variable.Name),
        Expression.GetAttribute get => Attribute(get),
        Expression.Binary binary => Apply(binary),
        Expression.And and => Chain(and.Operands, stopAt: false),
        Expression.Or or => Chain(or.Operands, stopAt: true),
        Expression.Not not => Test(not.Operand) is { } value ? BooleanValue.Of(!value) : null,
        Expression.Negate negate => Negated(negate),
        Expression.Arithmetic arithmetic => Sum(arithmetic),
        Expression.If choice => Test(choice.Condition) is { } taken ? Evaluate(taken ? choice.WhenTrue : choice.WhenFalse) : null,
        Expression.HasAttribute has => Has(has),
        Expression.Like like => Evaluate(like.Target) is { } text ? Matched(like, text) : null,
        Expression.Is test => IsOfType(test),
        Expression.IsEmpty test => As<SetValue>(Evaluate(test.Target), test, "Set") is { } set
            ? BooleanValue.Of(set.Elements.IsEmpty)
            : null,
        Expression.SetOf set => EvaluateAll(set.Elements) is { } elements ? new SetValue(elements) : null,
        Expression.RecordOf record => MakeRecord(record),
        Expression.Call call => Called(call),
        _ => throw new InvalidOperationException($"The node {expression.GetType().Name} has no meaning."),
    };

    private CedarValue ValueOf(RequestVariable variable) => variable switch
    {
        RequestVariable.Principal => request.PrincipalValue,
        RequestVariable.Action => request.ActionValue,
        RequestVariable.Resource => request.ResourceValue,
        _ => request.Context,
    };

    private bool? Test(Expression expression) => Evaluate(expression) switch
    {
        BooleanValue value => value.Value,
        null => null,
        { } other => FailTest(expression, other),
    };

    private bool? FailTest(Expression expression, CedarValue found)
    {
        Fail(expression, $"a Bool is needed here, not a {found.TypeName}");
        return null;
    }

    /// <summary>Evaluates from left to right up to the first operand that settles the result.</summary>
    private BooleanValue? Chain(ImmutableArray<Expression> operands, bool stopAt)
    {
        foreach (Expression operand in operands)
        {
            if (Test(operand) is not { } value)
            {
                return null;
            }

            if (value == stopAt)
            {
                return BooleanValue.Of(stopAt);
            }
        }

        return BooleanValue.Of(!stopAt);
    }

    private CedarValue? Attribute(Expression.GetAttribute get)
    {
        switch (Evaluate(get.Target))
        {
            case null:
                return null;
            case RecordValue record:
                return record[get.Name] ?? Fail(get, $"the record has no attribute \"{Quoting.Shorten(get.Name)}\"");
            case EntityValue entity:
                return entities.Find(entity.Uid) is { } stored
                    ? stored.Attributes[get.Name] ?? Fail(get, $"the entity has no attribute \"{Quoting.Shorten(get.Name)}\"")
                    : Fail(get, $"the entity whose attribute \"{Quoting.Shorten(get.Name)}\" is read is unknown");
            case { } other:
                return Fail(get, $"only entities and records have attributes, not a {other.TypeName}");
        }
    }

    private BooleanValue? Has(Expression.HasAttribute has)
    {
        CedarValue? target = Evaluate(has.Target);
        if (target is null)
        {
            return null;
        }

        foreach (string name in has.Path)
        {
            switch (target)
            {
                case RecordValue record:
                    target = record[name];
                    break;
                case EntityValue entity:
                    target = entities.Find(entity.Uid)?.Attributes[name];
                    break;
                default:
                    Fail(has, $"only entities and records have attributes, not a {target!.TypeName}");
                    return null;
            }

            if (target is null)
            {
                return BooleanValue.False;
            }
        }

        return BooleanValue.True;
    }

    private BooleanValue? Matched(Expression.Like like, CedarValue target) =>
        As<StringValue>(target, like, "String") is { } text
        && Spend(like, (text.Value.Length / CharactersPerStep) + like.Pattern.Parts.Length)
            ? BooleanValue.Of(like.Pattern.Matches(text.Value)) : null;

    private BooleanValue? IsOfType(Expression.Is test)
    {
        if (As<EntityValue>(Evaluate(test.Target), test, "entity") is not { } entity)
        {
            return null;
        }

        if (entity.Uid.Type != test.Type || test.Container is null)
        {
            return BooleanValue.Of(entity.Uid.Type == test.Type);
        }

        return Evaluate(test.Container) is { } container ? IsIn(test, entity, container) : null;
    }

    private CedarValue[]? EvaluateAll(ImmutableArray<Expression> expressions)
    {
        var values = new CedarValue[expressions.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (Evaluate(expressions[i]) is not { } value)
            {
                return null;
            }

            values[i] = value;
        }

        return values;
    }

    private RecordValue? MakeRecord(Expression.RecordOf record) => EvaluateAll(record.Values) is { } values
        ? new RecordValue(values.Select((value, i) => KeyValuePair.Create(record.Names[i], value)))
        : null;

    private CedarValue? Called(Expression.Call call)
    {
        if (call.Known is { } known)
        {
            return known.Value ?? Fail(call, known.Failure!);
        }

        if (EvaluateAll(call.Arguments) is not { } arguments)
        {
            return null;
        }

        if (arguments.Length != call.Function.Arity)
        {
            int target = call.Function.IsMethod ? 1 : 0;
            return Fail(call, $"{call.Function.Name} takes {call.Function.Arity - target} arguments, not {arguments.Length - target}");
        }

        ExtensionResult result = call.Function.Apply(arguments);
        return result.Value ?? Fail(call, result.Failure!);
    }

    private T? As<T>(CedarValue? value, Expression at, string expected)
        where T : CedarValue
    {
        if (value is not null and not T)
        {
            Fail(at, $"a {expected} is needed here, not a {value.TypeName}");
        }

        return value as T;
    }

    private void FailOverflow(Expression at) => Fail(at, $"the result is outside {long.MinValue} to {long.MaxValue}");

    /// <summary>Takes steps off the rest; <see langword="false"/> when there are not enough.</summary>
    private bool Spend(Expression at, int steps)
    {
        if (_stepsLeft < steps)
        {
            _stepsLeft = 0;
            Fail(at, $"the decision takes more steps than are allowed; simplify the policies or raise the limit");
            return false;
        }

        _stepsLeft -= steps;
        return true;
    }

    private CedarValue? Fail(Expression at, string what)
    {
        _failure ??= $"{at.Position}: {what}";
        return null;
    }
}
