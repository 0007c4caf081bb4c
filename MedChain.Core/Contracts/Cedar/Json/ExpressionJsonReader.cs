using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MedChain.Core.Contracts.Cedar.Evaluation;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Json;

/// <summary>Reads expressions in Cedar's JSON form: an object whose only property names the operator. Recursive descent whose depth is
/// limited; chains of one operator are read in a loop. Answers <see langword="null"/> after a mistake, which the trail keeps.</summary>
internal sealed class ExpressionJsonReader(JsonTrail trail, int maxDepth)
{
    private int _depth;

    public Expression? Read(JsonElement json)
    {
        if (_depth == maxDepth)
        {
            trail.Fail($"this is nested deeper than {maxDepth}; split the condition");
            return null;
        }

        _depth++;
        Expression? expression = ReadNode(json);
        _depth--;
        return expression;
    }

    private Expression? ReadNode(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || json.GetPropertyCount() != 1)
        {
            trail.Fail("an expression is an object with one property, which names the operator");
            return null;
        }

        JsonProperty node = json.EnumerateObject().First();
        return trail.At(node.Name, () => ReadOperator(node.Name, node.Value));
    }

    private Expression? ReadOperator(string name, JsonElement body)
    {
        switch (name)
        {
            case "Value":
                return new LiteralJsonReader(trail, maxDepth - _depth).Read(body);
            case "Var":
                return ReadVariable(body);
            case "!" when ReadMember(body, "arg", 1) is { } operand:
                return new Expression.Not(default, operand);
            case "neg" when ReadMember(body, "arg", 1) is { } operand:
                return new Expression.Negate(default, operand);
            case "isEmpty" when ReadMember(body, "arg", 1) is { } operand:
                return new Expression.IsEmpty(operand);
            case "." when ReadMember(body, "left", 2) is { } target && ReadText(body, "attr") is { } attribute:
                return new Expression.GetAttribute(target, attribute);
            case "has":
                return ReadHas(body);
            case "like":
                return ReadLike(body);
            case "is":
                return ReadIs(body);
            case "if-then-else" when ReadMember(body, "if", 3) is { } condition && ReadMember(body, "then", 3) is { } whenTrue
                && ReadMember(body, "else", 3) is { } whenFalse:
                return new Expression.If(default, condition, whenTrue, whenFalse);
            case "Set":
                ImmutableArray<Expression> elements = ReadList(body);
                return elements.IsDefault ? null : new Expression.SetOf(default, elements);
            case "Record":
                return ReadRecord(body);
            case "!" or "neg" or "isEmpty" or "." or "if-then-else":
                return null;
            default:
                return JsonOperators.IsChain(name) ? ReadChain(name, body) : ReadOther(name, body);
        }
    }

    private Expression? ReadOther(string name, JsonElement body)
    {
        if (JsonOperators.Binary.TryGetValue(name, out BinaryOperator relation))
        {
            return ReadMember(body, "left", 2) is { } left && ReadMember(body, "right", 2) is { } right
                ? new Expression.Binary(relation, left, right)
                : null;
        }

        if (!ExtensionFunctions.ByName.TryGetValue(name, out ExtensionFunction? function))
        {
            trail.Fail(name == "Slot"
                ? "a slot can only stand in the scope; write principal or resource instead"
                : "there is no such operator or function");
            return null;
        }

        ImmutableArray<Expression> arguments = ReadList(body);
        if (!arguments.IsDefault && function.IsMethod && arguments.IsEmpty)
        {
            trail.Fail("the first element is the value whose method is called; pass it");
            return null;
        }

        return arguments.IsDefault ? null : new Expression.Call(default, function, arguments);
    }

    /// <summary>Reads operands of one operator, or of <c>+</c> and <c>-</c>, which are nested on their left sides: no matter how many there
    /// are, they are one node, as in a text.</summary>
    private Expression? ReadChain(string name, JsonElement body)
    {
        var operators = new List<string>();
        var operands = new List<Expression>();
        JsonElement rest;
        while (true)
        {
            if (ReadMember(body, "right", 2) is not { } right || !TryGet(body, "left", out rest))
            {
                return null;
            }

            operators.Add(name);
            operands.Add(right);
            if (rest.ValueKind != JsonValueKind.Object || rest.GetPropertyCount() != 1
                || !JsonOperators.IsSameChain(name, rest.EnumerateObject().First().Name))
            {
                break;
            }

            JsonProperty inner = rest.EnumerateObject().First();
            (name, body) = (inner.Name, inner.Value);
        }

        if (trail.At("left", () => Read(rest)) is not { } first)
        {
            return null;
        }

        operands.Add(first);
        operands.Reverse();
        operators.Reverse();
        return JsonOperators.Chain([.. operators], [.. operands]);
    }

    private Expression.Variable? ReadVariable(JsonElement body)
    {
        RequestVariable? variable = (body.ValueKind == JsonValueKind.String ? body.GetString() : null) switch
        {
            "principal" => RequestVariable.Principal,
            "action" => RequestVariable.Action,
            "resource" => RequestVariable.Resource,
            "context" => RequestVariable.Context,
            _ => null,
        };
        if (variable is null)
        {
            trail.Fail("the variables are principal, action, resource and context");
            return null;
        }

        return new Expression.Variable(default, variable.Value);
    }

    private Expression.HasAttribute? ReadHas(JsonElement body)
    {
        if (ReadMember(body, "left", 2) is not { } target)
        {
            return null;
        }

        if (TryGet(body, "attr", out JsonElement attribute) && attribute.ValueKind == JsonValueKind.Array)
        {
            string[] path = [.. attribute.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.String ? part.GetString()! : "")];
            if (path.Length is 0 || path.Length > maxDepth || (path.Length > 1 && !path.All(part => Identifiers.IsUsable(part))))
            {
                trail.Fail($"a path of attributes is a list of 1 to {maxDepth} identifiers");
                return null;
            }

            return new Expression.HasAttribute(target, [.. path]);
        }

        return ReadText(body, "attr") is { } single ? new Expression.HasAttribute(target, [single]) : null;
    }

    private Expression.Like? ReadLike(JsonElement body)
    {
        if (ReadMember(body, "left", 2) is not { } target || !TryGet(body, "pattern", out JsonElement pattern))
        {
            return null;
        }

        var parts = new List<string> { "" };
        bool isList = pattern.ValueKind == JsonValueKind.Array;
        foreach (JsonElement part in isList ? pattern.EnumerateArray().ToArray() : [])
        {
            if (part.ValueKind == JsonValueKind.String && part.GetString() == "Wildcard")
            {
                parts.Add("");
            }
            else if (part.ValueKind == JsonValueKind.Object && part.GetPropertyCount() == 1
                && part.TryGetProperty("Literal", out JsonElement text) && text.ValueKind == JsonValueKind.String)
            {
                parts[^1] += text.GetString();
            }
            else
            {
                isList = false;
                break;
            }
        }

        if (!isList)
        {
            trail.Fail("a pattern is a list of \"Wildcard\" and {\"Literal\": text}");
            return null;
        }

        return new Expression.Like(target, new Pattern([.. parts]));
    }

    private Expression.Is? ReadIs(JsonElement body)
    {
        bool hasContainer = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("in", out _);
        int members = hasContainer ? 3 : 2;
        if (ReadMember(body, "left", members) is not { } target || ReadText(body, "entity_type") is not { } type)
        {
            return null;
        }

        if (!Identifiers.IsPath(type))
        {
            trail.Fail("\"entity_type\" is no entity type; write identifiers joined by '::'");
            return null;
        }

        Expression? container = hasContainer ? ReadMember(body, "in", members) : null;
        return hasContainer && container is null ? null : new Expression.Is(target, type, container);
    }

    private Expression.RecordOf? ReadRecord(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            trail.Fail("a record is an object of expressions");
            return null;
        }

        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<Expression>.Builder values = ImmutableArray.CreateBuilder<Expression>();
        foreach (JsonProperty attribute in body.EnumerateObject())
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

    private ImmutableArray<Expression> ReadList(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Array)
        {
            trail.Fail("a list of expressions is needed");
            return default;
        }

        ImmutableArray<Expression>.Builder items = ImmutableArray.CreateBuilder<Expression>();
        foreach (JsonElement item in body.EnumerateArray())
        {
            if (trail.At(items.Count.ToString(CultureInfo.InvariantCulture), () => Read(item)) is not { } value)
            {
                return default;
            }

            items.Add(value);
        }

        return items.DrainToImmutable();
    }

    /// <summary>Reads an operand of an operator that has so many properties.</summary>
    private Expression? ReadMember(JsonElement body, string name, int count)
    {
        if (!TryGet(body, name, out JsonElement member))
        {
            return null;
        }

        if (body.GetPropertyCount() != count)
        {
            trail.Fail($"there are {body.GetPropertyCount()} properties; {count} are needed");
            return null;
        }

        return trail.At(name, () => Read(member));
    }

    private string? ReadText(JsonElement body, string name)
    {
        if (!TryGet(body, name, out JsonElement text) || text.ValueKind != JsonValueKind.String)
        {
            trail.Fail($"\"{name}\" is a text");
            return null;
        }

        return text.GetString();
    }

    private bool TryGet(JsonElement body, string name, out JsonElement member)
    {
        member = default;
        return (body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out member))
            || trail.Fail($"the property \"{name}\" is missing");
    }
}
