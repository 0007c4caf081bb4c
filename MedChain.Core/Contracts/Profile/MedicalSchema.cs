using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Schemas;

namespace MedChain.Core.Contracts.Profile;

/// <summary>The schema that every patient's permissions on a MedChain network are validated against, and the entities that every decision
/// knows.</summary>
public static class MedicalSchema
{
    /// <summary>Gets the schema in Cedar's syntax. A purpose is no enumerated type because those have no tree in Cedar; a permit on HRESCH
    /// covers the codes below it.</summary>
    public static string Text => """
        // Groups.
        entity Role in [Role];
        entity Organization in [Role, Organization];
        entity Category in [Category];
        entity Purpose in [Purpose];
        entity Operation enum ["breakGlass", "count", "histogram", "mean", "read"];

        // People.
        entity Patient;
        entity Clinician in [Role, Organization] { openReviews: Long };
        entity Researcher in [Role, Organization];

        // Data. Labels come with those above them. A record is about the time from starts to ends, the end included. A later version may
        // have superseded it. Who wrote it, and the visit that it is of, may be unknown.
        entity Encounter;
        entity Record in [Category] {
          patient: Patient,
          labels: Set<String>,
          codes: Set<String>,
          collected: datetime,
          starts: datetime,
          ends: datetime,
          version: Long,
          superseded: Bool,
          author?: Clinician,
          encounter?: Encounter
        };

        // What the ledger knows of the grant whose policies are asked, and the parameters of its template.
        type Grant = {
          uses: Long,
          revoked: Bool,
          depth: Long,
          patient?: Patient,
          category?: Category,
          clinician?: Clinician,
          organization?: Organization,
          role?: Role,
          purpose?: Purpose,
          operations?: Set<Operation>,
          labels?: Set<String>,
          cohort?: Long,
          limit?: Long,
          until?: datetime
        };
        // weekTime is the time since Monday, 00:00 UTC.
        type Request = {
          now: datetime,
          weekTime?: duration,
          purpose: Purpose,
          operation: Operation,
          cohort: Long,
          justification?: String,
          grant: Grant
        };

        action read appliesTo { principal: [Clinician, Organization, Patient, Researcher], resource: Record, context: Request };
        action compute appliesTo { principal: Researcher, resource: Record, context: Request };
        action breakGlass appliesTo { principal: Clinician, resource: Record, context: Request };

        """;

    /// <summary>Gets the compiled schema.</summary>
    public static PolicySchema Default { get; } = PolicySchema.TryParse(Text, out PolicySchema? schema, out PolicyError? error)
        ? WithSharedNames(schema)
        : throw new InvalidOperationException($"The built-in schema is wrong: {error}");

    /// <summary>Gets the purposes of use (HL7 v3 ActReason, value set PurposeOfUse) and the categories of records as trees, and the
    /// schema's actions. A code that is not here stands alone.</summary>
    public static EntityStore Terms { get; } = BuildTerms();

    /// <summary>Makes the names of types and attributes the same objects as the literals that hosts write, so that decisions compare
    /// references. The built-in schema only: what is interned is never given back.</summary>
    private static PolicySchema WithSharedNames(PolicySchema schema)
    {
        foreach (EntityTypeDeclaration type in schema.Declarations.EntityTypes.Values)
        {
            string.Intern(type.Name);
            ShareNames(type.Attributes);
        }

        foreach (ActionDeclaration action in schema.Declarations.Actions.Values)
        {
            string.Intern(action.Uid.Type);
            ShareNames(action.Context);
        }

        return schema;
    }

    private static void ShareNames(SchemaType.RecordOf record)
    {
        foreach ((string name, AttributeType attribute) in record.Attributes)
        {
            string.Intern(name);
            if (attribute.Type is SchemaType.RecordOf inner)
            {
                ShareNames(inner);
            }
        }
    }

    private static EntityStore BuildTerms()
    {
        var builder = new EntityStoreBuilder();
        Add(builder, "Purpose", MedicalVocabulary.Purposes);
        Add(builder, "Category", MedicalVocabulary.Categories);
        return builder.TryBuild(Default, out EntityStore? terms, out string? reason)
            ? terms
            : throw new InvalidOperationException($"The built-in terms are wrong: {reason}");
    }

    private static void Add(EntityStoreBuilder builder, string type, ImmutableArray<MedicalTerm> terms)
    {
        foreach (MedicalTerm term in terms)
        {
            builder.Add(new EntityUid(type, term.Code), parents: term.Parent is null ? [] : [new EntityUid(type, term.Parent)]);
        }
    }
}
