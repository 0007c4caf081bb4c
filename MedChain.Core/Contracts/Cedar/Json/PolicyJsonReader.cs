using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Json;

/// <summary>Reads policies and templates in Cedar's JSON form. Answers <see langword="null"/> after a mistake, which the trail
/// keeps.</summary>
internal sealed class PolicyJsonReader(JsonTrail trail, int maxDepth)
{
    private static readonly ImmutableArray<string> Required = ["effect", "principal", "action", "resource", "conditions"];

    public PolicyBody? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !Required.All(name => json.TryGetProperty(name, out _)))
        {
            trail.Fail($"a policy is an object with {string.Join(", ", Required)} and perhaps annotations");
            return null;
        }

        bool hasAnnotations = json.TryGetProperty("annotations", out JsonElement annotationsJson);
        if (json.GetPropertyCount() != Required.Length + (hasAnnotations ? 1 : 0))
        {
            trail.Fail($"a policy has the properties {string.Join(", ", Required)} and annotations only");
            return null;
        }

        if (ReadEffect(json.GetProperty("effect")) is not { } effect || ReadPart(json, "principal") is not { } principal
            || ReadPart(json, "action") is not { } action || ReadPart(json, "resource") is not { } resource)
        {
            return null;
        }

        ImmutableArray<Condition> conditions = ReadConditions(json.GetProperty("conditions"));
        ImmutableSortedDictionary<string, string>? annotations = hasAnnotations
            ? trail.At("annotations", () => ReadAnnotations(annotationsJson))
            : ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        return conditions.IsDefault || annotations is null
            ? null
            : new PolicyBody(effect, annotations, principal, action, resource, conditions, default, "");
    }

    private PolicyEffect? ReadEffect(JsonElement json)
    {
        switch (json.ValueKind == JsonValueKind.String ? json.GetString() : null)
        {
            case "permit":
                return PolicyEffect.Permit;
            case "forbid":
                return PolicyEffect.Forbid;
            default:
                trail.Fail("the effect is \"permit\" or \"forbid\"");
                return null;
        }
    }

    private ImmutableSortedDictionary<string, string>? ReadAnnotations(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            trail.Fail("annotations are an object of texts");
            return null;
        }

        ImmutableSortedDictionary<string, string>.Builder found =
            ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty annotation in json.EnumerateObject())
        {
            if (!Identifiers.HasForm(annotation.Name) || annotation.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            {
                trail.Fail($"the annotation \"{Quoting.Shorten(annotation.Name)}\" must be an identifier with a text, or null for none");
                return null;
            }

            found.Add(annotation.Name, annotation.Value.GetString() ?? "");
        }

        return found.ToImmutable();
    }

    private ImmutableArray<Condition> ReadConditions(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            trail.Fail("\"conditions\" is a list");
            return default;
        }

        ImmutableArray<Condition>.Builder conditions = ImmutableArray.CreateBuilder<Condition>();
        foreach (JsonElement item in json.EnumerateArray())
        {
            string step = string.Create(CultureInfo.InvariantCulture, $"conditions.{conditions.Count}");
            if (trail.At(step, () => ReadCondition(item)) is not { } condition)
            {
                return default;
            }

            conditions.Add(condition);
        }

        return conditions.DrainToImmutable();
    }

    private Condition? ReadCondition(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || json.GetPropertyCount() != 2 || !json.TryGetProperty("kind", out JsonElement kind)
            || !json.TryGetProperty("body", out JsonElement body) || kind.ValueKind != JsonValueKind.String
            || kind.GetString() is not ("when" or "unless"))
        {
            trail.Fail("a condition is an object with \"kind\", which is \"when\" or \"unless\", and \"body\"");
            return null;
        }

        return trail.At("body", () => new ExpressionJsonReader(trail, maxDepth).Read(body)) is { } expression
            ? new Condition(kind.GetString() == "unless", expression)
            : null;
    }

    private ScopeConstraint? ReadPart(JsonElement policy, string variable) =>
        trail.At(variable, () => ReadScope(policy.GetProperty(variable), variable));

    private ScopeConstraint? ReadScope(JsonElement json, string variable)
    {
        string? relation = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("op", out JsonElement op)
            && op.ValueKind == JsonValueKind.String ? op.GetString() : null;
        switch (relation)
        {
            case "All" when json.GetPropertyCount() == 1:
                return ScopeConstraint.Unconstrained;
            case "==" when json.GetPropertyCount() == 2:
                return ReadEntities(json, variable, ScopeRelation.Equal, null);
            case "in" when json.GetPropertyCount() == 2:
                return ReadEntities(json, variable, ScopeRelation.In, null);
            case "is" when variable != "action":
                return ReadIs(json, variable);
            default:
                trail.Fail(variable == "action"
                    ? "\"op\" is All, or == with \"entity\", or in with \"entity\" or \"entities\""
                    : "\"op\" is All, or == or in with \"entity\" or \"slot\", or is with \"entity_type\" and perhaps \"in\"");
                return null;
        }
    }

    private ScopeConstraint? ReadIs(JsonElement json, string variable)
    {
        bool hasContainer = json.TryGetProperty("in", out JsonElement container);
        if (json.GetPropertyCount() != (hasContainer ? 3 : 2) || !json.TryGetProperty("entity_type", out JsonElement type)
            || type.ValueKind != JsonValueKind.String || !Identifiers.IsPath(type.GetString()))
        {
            trail.Fail("\"is\" takes an entity type as \"entity_type\", and perhaps \"in\"");
            return null;
        }

        if (!hasContainer)
        {
            return ScopeConstraint.Unconstrained with { Type = type.GetString() };
        }

        if (container.ValueKind != JsonValueKind.Object || container.GetPropertyCount() != 1)
        {
            trail.Fail("\"in\" is an object with \"entity\" or \"slot\"");
            return null;
        }

        return ReadEntities(container, variable, ScopeRelation.In, type.GetString());
    }

    private ScopeConstraint? ReadEntities(JsonElement json, string variable, ScopeRelation relation, string? type)
    {
        if (json.TryGetProperty("entity", out JsonElement one))
        {
            return ReadUid(one, variable) is { } uid ? new ScopeConstraint(relation, [uid], type, HasSlot: false, IsList: false) : null;
        }

        if (variable == "action" && relation == ScopeRelation.In && json.TryGetProperty("entities", out JsonElement list)
            && list.ValueKind == JsonValueKind.Array)
        {
            ImmutableArray<EntityUid>.Builder actions = ImmutableArray.CreateBuilder<EntityUid>();
            foreach (JsonElement item in list.EnumerateArray())
            {
                if (ReadUid(item, variable) is not { } action)
                {
                    return null;
                }

                actions.Add(action);
            }

            return new ScopeConstraint(relation, actions.DrainToImmutable(), null, HasSlot: false, IsList: true);
        }

        if (variable != "action" && json.TryGetProperty("slot", out JsonElement slot) && slot.ValueKind == JsonValueKind.String
            && slot.GetString() == $"?{variable}")
        {
            return new ScopeConstraint(relation, [], type, HasSlot: true, IsList: false);
        }

        trail.Fail(variable == "action"
            ? "an entity is needed as \"entity\", or for in a list of them as \"entities\""
            : $"an entity is needed as \"entity\", or the slot ?{variable} as \"slot\"");
        return null;
    }

    private EntityUid? ReadUid(JsonElement json, string variable)
    {
        EntityUid? uid = LiteralJsonReader.ReadUid(json, trail);
        if (uid is not null && variable == "action" && uid.Type != "Action" && !uid.Type.EndsWith("::Action", StringComparison.Ordinal))
        {
            trail.Fail($"an action's type is Action, not {Quoting.Shorten(uid.Type)}");
            return null;
        }

        return uid;
    }
}
