using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Contracts.Cedar.Json;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Validation;

namespace MedChain.Core.Contracts;

/// <summary>What entities, actions and contexts look like. A policy set that was compiled with a schema names nothing that the schema does
/// not have and compares only what can be compared. Immutable and thread safe.</summary>
public sealed class PolicySchema
{
    private readonly SchemaConformance _conformance;

    internal PolicySchema(CedarSchema declarations)
    {
        Declarations = declarations;
        Validator = new PolicyValidator(declarations);
        _conformance = new SchemaConformance(declarations);
    }

    internal CedarSchema Declarations { get; }

    internal PolicyValidator Validator { get; }

    /// <summary>Reads a schema in Cedar's own syntax.</summary>
    /// <param name="text">The schema. Any text may be passed.</param>
    /// <param name="schema">The schema, or <see langword="null"/>.</param>
    /// <param name="error">What is wrong, or <see langword="null"/>.</param>
    /// <returns>Whether there is a schema.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out PolicySchema? schema, [NotNullWhen(false)] out PolicyError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        schema = CedarSchema.TryParse(text, out CedarSchema? declarations, out error) ? new PolicySchema(declarations) : null;
        return schema is not null;
    }

    /// <summary>Reads a schema in Cedar's JSON form.</summary>
    /// <param name="utf8">The JSON, in UTF-8. Any bytes may be passed.</param>
    /// <param name="schema">The schema, or <see langword="null"/>.</param>
    /// <param name="error">What is wrong, or <see langword="null"/>; the message names the place, line and column are 1.</param>
    /// <returns>Whether there is a schema.</returns>
    public static bool TryParseJson(
        ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out PolicySchema? schema, [NotNullWhen(false)] out PolicyError? error)
    {
        schema = CedarSchema.TryParseJson(utf8, out CedarSchema? declarations, out error) ? new PolicySchema(declarations) : null;
        return schema is not null;
    }

    /// <summary>The schema in Cedar's own syntax, in canonical form: comments, annotations and names of common types are not kept, and
    /// nothing is said of the context of an action that never applies. The text reads back as the same schema.</summary>
    /// <returns>The text.</returns>
    public string ToCedar() => SchemaPrinter.Print(Declarations);

    /// <summary>The schema in Cedar's JSON form, which reads back as the same schema.</summary>
    /// <returns>The JSON.</returns>
    public string ToJson() => SchemaJsonWriter.Write(Declarations);

    /// <summary>Validates policies strictly, as Cedar does.</summary>
    /// <param name="policies">The policies.</param>
    /// <returns>The first error of each policy; empty when the set fits.</returns>
    public ImmutableArray<PolicyError> Validate(PolicySet policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        return Validator.Check(policies);
    }

    /// <summary>Reads entities from Cedar's JSON form. Each must have exactly what the schema declares; entities and extension values may
    /// be written without their escapes. The schema's actions are added.</summary>
    /// <param name="utf8">The JSON, in UTF-8.</param>
    /// <param name="store">The store, or <see langword="null"/>.</param>
    /// <param name="reason">Why there is no store, or <see langword="null"/>.</param>
    /// <param name="known">Entities that the store shall have too, such as <see cref="Profile.MedicalSchema.Terms"/>; none by
    /// default.</param>
    /// <returns>Whether the entities fit.</returns>
    public bool TryReadEntities(
        ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out EntityStore? store, [NotNullWhen(false)] out string? reason,
        EntityStore? known = null) =>
        EntityJson.TryRead(utf8, Declarations, out store, out reason, known);

    /// <summary>Reads the context of a request from Cedar's JSON form.</summary>
    /// <param name="utf8">The JSON, in UTF-8.</param>
    /// <param name="action">The request's action, whose declaration says what the context has.</param>
    /// <param name="context">The context, or <see langword="null"/>.</param>
    /// <param name="reason">Why there is none, or <see langword="null"/>.</param>
    /// <returns>Whether the context fits.</returns>
    public bool TryReadContext(
        ReadOnlyMemory<byte> utf8, EntityUid action, [NotNullWhen(true)] out RecordValue? context,
        [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(action);
        return EntityJson.TryReadContext(utf8, Declarations, action, out context, out reason);
    }

    /// <summary>Says whether a request can be asked: its action is declared and applies to the types of principal and resource, and the
    /// context is what the action declares.</summary>
    /// <param name="request">The request.</param>
    /// <returns>What is wrong and what to do, or <see langword="null"/> for nothing.</returns>
    public string? ProblemOf(AuthorizationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _conformance.ProblemOf(request);
    }

    /// <summary>Says whether entities are what the schema declares: attributes, tags, and what each is directly in.</summary>
    /// <param name="entities">The entities.</param>
    /// <returns>What is wrong with the first that does not fit, or <see langword="null"/> for nothing.</returns>
    public string? ProblemOf(EntityStore entities)
    {
        ArgumentNullException.ThrowIfNull(entities);
        return entities.Entities
            .Select(entity => _conformance.ProblemOf(entity.Key, entity.Value))
            .FirstOrDefault(text => text is not null);
    }
}
