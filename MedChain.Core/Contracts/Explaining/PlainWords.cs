using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Profile;

namespace MedChain.Core.Contracts.Explaining;

/// <summary>Says conditions in words that a patient knows. What has no words is said in Cedar.</summary>
internal static class PlainWords
{
    public static string For(Expression condition) => condition switch
    {
        Expression.And and => string.Join(" and ", and.Operands.Select(For)),
        Expression.Or or => string.Join(" or ", or.Operands.Select(For)),
        Expression.Not not => $"it is not so that {For(not.Operand)}",
        Expression.Is { Container: null, Target: Expression.Variable variable } test => $"{Subject(variable)} is a {test.Type}",
        Expression.HasAttribute has when ExpressionPrinter.Print(has) == "context has justification" => "a justification is given",
        Expression.GetAttribute get when Path(get) == "context.grant.revoked" => "the patient took the permission back",
        Expression.Binary binary => ForComparison(binary) ?? ExpressionPrinter.Print(binary),
        _ => ExpressionPrinter.Print(condition),
    };

    /// <summary>A value in plain words, where it has some.</summary>
    public static string ForValue(CedarValue value) => value switch
    {
        EntityValue entity => MedicalVocabulary.WordsFor(entity.Uid),
        DateTimeValue time => time.ToString()!.Replace("datetime(\"", "", StringComparison.Ordinal)
            .Replace("\")", "", StringComparison.Ordinal),
        StringValue text => $"\"{Quoting.Shorten(text.Value)}\"",
        _ => value.ToString()!,
    };

    private static string? ForComparison(Expression.Binary binary)
    {
        if (binary.Operator == BinaryOperator.Contains)
        {
            return ForContains(binary);
        }

        return Path(binary.Left) is { } path && Value(binary.Right) is { } value
            ? ForPath(path, binary.Operator, value)
            : null;
    }

    private static string? ForContains(Expression.Binary contains)
    {
        if (Path(contains.Left) == "resource.labels" && Value(contains.Right) is StringValue label)
        {
            return $"the record is labelled {Quoting.Shorten(label.Value)}";
        }

        if (contains.Left is not Expression.SetOf set || Path(contains.Right) is not { } path)
        {
            return null;
        }

        string?[] choices = [.. set.Elements.Select(element => Value(element) is { } value ? ForValue(value) : null)];
        return choices.Contains(null) || SubjectOf(path) is not { } subject ? null : $"{subject} is {string.Join(" or ", choices)}";
    }

    private static string? ForPath(string path, BinaryOperator name, CedarValue value) => (path, name, value) switch
    {
        ("principal", BinaryOperator.In, _) => $"who asks belongs to {ForValue(value)}",
        ("resource", BinaryOperator.In, _) => $"the data belong to {ForValue(value)}",
        ("resource.patient", BinaryOperator.Equal, EntityValue patient) => $"the data are about patient {Quoting.Shorten(patient.Uid.Id)}",
        ("context.cohort", BinaryOperator.GreaterOrEqual, LongValue) => $"at least {value} patients take part",
        ("context.grant.uses", BinaryOperator.Less, LongValue) => $"the permission was used fewer than {value} times",
        ("context.now", BinaryOperator.Less, _) => $"it is before {ForValue(value)}",
        ("context.now", BinaryOperator.GreaterOrEqual, _) => $"it is {ForValue(value)} or later",
        ("principal.openReviews", BinaryOperator.Equal, LongValue { Value: 0 }) => "no emergency access of the clinician waits for review",
        ("context.justification", BinaryOperator.NotEqual, StringValue { Value: "" }) => "the justification is not empty",
        _ => SubjectOf(path) is { } subject ? $"{subject} {Relation(name)} {ForValue(value)}" : null,
    };

    private static string? SubjectOf(string path) => path switch
    {
        "principal" => "who asks",
        "action" => "what is asked for",
        "resource" => "the record",
        "resource.patient" => "the patient of the data",
        "resource.collected" => "the day the data were collected",
        "context.purpose" => "the purpose",
        "context.operation" => "the computation",
        "context.cohort" => "the number of patients",
        "context.grant.uses" => "the number of uses",
        "context.now" => "the time",
        "context.justification" => "the justification",
        "principal.openReviews" => "the number of emergency accesses that wait for review",
        _ => null,
    };

    private static string Subject(Expression.Variable variable) => SubjectOf(ExpressionPrinter.NameOf(variable.Name)) ?? "the request";

    private static string Relation(BinaryOperator name) => name switch
    {
        BinaryOperator.NotEqual => "is not",
        BinaryOperator.Less => "is less than",
        BinaryOperator.LessOrEqual => "is at most",
        BinaryOperator.Greater => "is more than",
        BinaryOperator.GreaterOrEqual => "is at least",
        _ => "is",
    };

    /// <summary>An attribute's way from a variable, or <see langword="null"/> for other expressions.</summary>
    private static string? Path(Expression expression) => expression switch
    {
        Expression.Variable variable => ExpressionPrinter.NameOf(variable.Name),
        Expression.GetAttribute get when Path(get.Target) is { } target => $"{target}.{get.Name}",
        _ => null,
    };

    private static CedarValue? Value(Expression expression) => expression switch
    {
        Expression.Literal literal => literal.Value,
        Expression.Call { Known.Value: { } value } => value,
        _ => null,
    };
}
