using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MedChain.Core.Contracts.Cedar.Evaluation;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Json;

/// <summary>Reads the values in Cedar's JSON form of policies as the expressions that a text would have for them.</summary>
internal sealed class LiteralJsonReader(JsonTrail trail, int maxDepth)
{
    private int _depth;

    public Expression? Read(JsonElement json)
    {
        if (_depth == maxDepth)
        {
            trail.Fail("this is nested too deep; make the value flatter");
            return null;
        }

        _depth++;
        Expression? expression = ReadValue(json);
        _depth--;
        return expression;
    }

    /// <summary>Reads an entity's name, with or without its escape.</summary>
    public static EntityUid? ReadUid(JsonElement json, JsonTrail trail)
    {
        var reader = new ValueJson(null);
        if (reader.ReadUid(json, "") is { } uid)
        {
            return uid;
        }

        trail.Fail(reader.Reason!.TrimStart(':', ' '));
        return null;
    }

    private Expression? ReadValue(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                return new Expression.Literal(default, BooleanValue.Of(json.GetBoolean()));
            case JsonValueKind.Number when json.TryGetInt64(out long number):
                return new Expression.Literal(default, new LongValue(number));
            case JsonValueKind.Number:
                trail.Fail("numbers are integers of 64 bits; use decimal for others");
                return null;
            case JsonValueKind.String:
                return new Expression.Literal(default, new StringValue(json.GetString()!));
            case JsonValueKind.Array:
                return ReadSet(json);
            case JsonValueKind.Object when json.GetPropertyCount() == 1 && json.TryGetProperty("__entity", out _):
                return ReadUid(json, trail) is { } uid ? new Expression.Literal(default, new EntityValue(uid)) : null;
            case JsonValueKind.Object when json.GetPropertyCount() == 1 && json.TryGetProperty("__extn", out JsonElement call):
                return ReadCall(call);
            case JsonValueKind.Object:
                return ReadRecord(json);
            default:
                trail.Fail("Cedar has no null");
                return null;
        }
    }

    private Expression.SetOf? ReadSet(JsonElement json)
    {
        ImmutableArray<Expression>.Builder elements = ImmutableArray.CreateBuilder<Expression>();
        foreach (JsonElement element in json.EnumerateArray())
        {
            if (trail.At(elements.Count.ToString(CultureInfo.InvariantCulture), () => Read(element)) is not { } value)
            {
                return null;
            }

            elements.Add(value);
        }

        return new Expression.SetOf(default, elements.DrainToImmutable());
    }

    private Expression.RecordOf? ReadRecord(JsonElement json)
    {
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<Expression>.Builder values = ImmutableArray.CreateBuilder<Expression>();
        foreach (JsonProperty attribute in json.EnumerateObject())
        {
            if (trail.At(attribute.Name, () => Read(attribute.Value)) is not { } value)
            {
                return null;
            }

            names.Add(attribute.Name);
            values.Add(value);
        }

        return new Expression.RecordOf(default, names.DrainToImmutable(), values.DrainToImmutable());
    }

    /// <summary>Reads <c>{"fn": ..., "arg": ...}</c>, or <c>args</c> with an array.</summary>
    private Expression.Call? ReadCall(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || json.GetPropertyCount() != 2 || !json.TryGetProperty("fn", out JsonElement name)
            || name.ValueKind != JsonValueKind.String
            || !ExtensionFunctions.ByName.TryGetValue(name.GetString()!, out ExtensionFunction? function))
        {
            trail.Fail("an extension value is an object with \"fn\", such as decimal, and \"arg\"");
            return null;
        }

        bool isList = json.TryGetProperty("args", out JsonElement list) && list.ValueKind == JsonValueKind.Array;
        if (!isList && !json.TryGetProperty("arg", out list))
        {
            trail.Fail("an extension value needs \"arg\", or \"args\" with an array");
            return null;
        }

        ImmutableArray<Expression>.Builder arguments = ImmutableArray.CreateBuilder<Expression>();
        foreach (JsonElement argument in isList ? list.EnumerateArray().ToArray() : [list])
        {
            if (Read(argument) is not { } value)
            {
                return null;
            }

            arguments.Add(value);
        }

        if (arguments.Count != function.Arity)
        {
            trail.Fail($"{function.Name} takes {function.Arity} arguments, not {arguments.Count}");
            return null;
        }

        return new Expression.Call(default, function, arguments.DrainToImmutable());
    }
}
