using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Profile;

namespace MedChain.Benchmarks.Contracts;

/// <summary>The research permission of the documentation, with a request and entities as the account chain makes them.</summary>
internal static class ResearchCase
{
    public const string Policy = """
        @id("research-labs-mean") @consume("grant.uses") @audit("access")
        permit (principal in Role::"accredited-researcher", action == Action::"compute", resource in Category::"laboratory")
        when { resource.patient == Patient::"did:med:p-001" && context.purpose == Purpose::"HRESCH"
               && context.operation == Operation::"mean" && context.cohort >= 20 && context.grant.uses < 10
               && context.now < datetime("2027-07-01T00:00:00Z") };
        """;

    private const string Applying = "principal in Role::\"accredited-researcher\"";

    private static readonly EntityUid Researcher = Entity("Researcher", "did:med:r-042");
    private static readonly EntityUid Record = Entity("Record", "r-1");

    public static CedarSchema Schema => MedicalSchema.Default.Declarations;

    public static EntityStore Entities { get; } = new EntityStoreBuilder()
        .Add(
            Researcher, parents: [Entity("Role", "accredited-researcher"), Entity("Organization", "north-clinic")])
        .Add(
            Record,
            Fields(
                ("patient", new EntityValue(Entity("Patient", "did:med:p-001"))), ("labels", new SetValue([])),
                ("codes", new SetValue([])),
                ("collected", new DateTimeValue(1_780_000_000_000)),
                ("starts", new DateTimeValue(1_780_000_000_000)),
                ("ends", new DateTimeValue(1_780_000_000_000)),
                ("version", new LongValue(1)),
                ("superseded", BooleanValue.False)),
            [Entity("Category", "laboratory")])
        .Build();

    public static AuthorizationRequest NewRequest() => new(Researcher, Entity("Action", "compute"), Record, Fields(
        ("now", new DateTimeValue(1_790_000_000_000)),
        ("purpose", new EntityValue(Entity("Purpose", "HRESCH"))),
        ("operation", new EntityValue(Entity("Operation", "mean"))),
        ("cohort", new LongValue(64)),
        ("grant", Fields(("uses", new LongValue(3)), ("revoked", BooleanValue.False), ("depth", new LongValue(1))))));

    /// <summary>The permission among others that name other researchers, so that as many policies apply as asked.</summary>
    public static string Many(int policies, int applying)
    {
        var text = new StringBuilder();
        for (int i = 0; i < policies; i++)
        {
            string number = i.ToString(CultureInfo.InvariantCulture);
            string scope = i < applying ? Applying : $"principal == Researcher::\"other-{number}\"";
            text.Append(Policy
                .Replace("research-labs-mean", $"research-{number}", StringComparison.Ordinal)
                .Replace(Applying, scope, StringComparison.Ordinal));
        }

        return text.ToString();
    }

    public static PolicySet Parse(string text) => ContractVm.CompilePolicies(text).Policies
        ?? throw new InvalidOperationException("The benchmark's policy is no Cedar.");

    public static PolicySet Compile(string text) => Parse(text).Compile(Schema, out ImmutableArray<PolicyError> errors)
        ?? throw new InvalidOperationException($"The benchmark's policy does not compile: {string.Join(' ', errors)}");

    /// <summary>An entity whose identifier is no literal: those that come over a wire are none either.</summary>
    private static EntityUid Entity(string type, string id) => new(type, new string(id.AsSpan()));

    private static RecordValue Fields(params (string Name, CedarValue Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
}
