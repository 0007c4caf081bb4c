using BenchmarkDotNet.Attributes;
using MedChain.Core.Contracts;

namespace MedChain.Benchmarks.Micro;

/// <summary>One decision of the research permission, with its real request and entities, and the compilation of its text.</summary>
[MemoryDiagnoser]
public class PolicyBenchmarks
{
    private const string Text = """
        @id("research-labs-mean") @consume("grant.uses") @audit("access")
        permit (principal in Role::"accredited-researcher", action == Action::"compute", resource in Category::"laboratory")
        when { resource.patient == Patient::"did:med:p-001" && context.purpose == Purpose::"HRESCH"
               && context.operation == Operation::"mean" && context.cohort >= 20 && context.grant.uses < 10
               && context.now < datetime("2027-07-01T00:00:00Z") };
        """;

    private readonly ContractVm _vm = new();
    private PolicySet _policies = null!;
    private AuthorizationRequest _request = null!;
    private EntityStore _entities = null!;

    [GlobalSetup]
    public void CompileOnce()
    {
        _policies = Compile().Policies!;
        EntityUid researcher = new("Researcher", "did:med:r-042");
        EntityUid record = new("Record", "r-1");
        _request = new AuthorizationRequest(researcher, new EntityUid("Action", "compute"), record, Context());
        _entities = new EntityStoreBuilder()
            .Add(
                researcher,
                Fields(("openReviews", new LongValue(0))),
                [new("Role", "accredited-researcher"), new("Organization", "north-clinic")])
            .Add(record, Attributes(), [new("Category", "laboratory")])
            .Build();
        Proof.That(Decide().Releasable && Decide().Reasons is ["research-labs-mean"], "the permission");
    }

    [Benchmark]
    public Decision Decide() => _vm.Decide(_policies, _request, _entities);

    [Benchmark]
    public PolicyCompilation Compile() => ContractVm.CompilePolicies(Text);

    private static RecordValue Attributes() => Fields(
        ("patient", new EntityValue(new EntityUid("Patient", "did:med:p-001"))),
        ("labels", new SetValue([])),
        ("codes", new SetValue([])),
        ("collected", new DateTimeValue(1_780_000_000_000)),
        ("starts", new DateTimeValue(1_780_000_000_000)),
        ("ends", new DateTimeValue(1_780_000_000_000)),
        ("version", new LongValue(1)),
        ("superseded", BooleanValue.False));

    private static RecordValue Context() => Fields(
        ("now", new DateTimeValue(1_790_000_000_000)),
        ("purpose", new EntityValue(new EntityUid("Purpose", "HRESCH"))),
        ("operation", new EntityValue(new EntityUid("Operation", "mean"))),
        ("cohort", new LongValue(64)),
        ("grant", Fields(("uses", new LongValue(3)), ("revoked", BooleanValue.False), ("depth", new LongValue(1)))));

    private static RecordValue Fields(params (string Name, CedarValue Value)[] fields) =>
        new(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
}
