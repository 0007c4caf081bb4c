using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Compilation;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Contracts.Cedar.Schemas;

namespace MedChain.Benchmarks.Modules;

/// <summary>Policies that use every part of the language, compiled: what fuzzing starts from.</summary>
internal static class PolicyPrograms
{
    private const string SchemaText = """
        entity Role in [Role];
        entity Category in [Category];
        entity Patient;
        entity Researcher in [Role] { openReviews: Long } tags String;
        entity Record in [Category] {
          patient: Patient, labels?: Set<String>, collected?: datetime, address?: ipaddr, price?: decimal,
          place?: { room: String, level?: Long } };
        type Request = { cohort: Long, purpose: String, grant?: { uses: Long, revoked: Bool } };
        action compute appliesTo { principal: Researcher, resource: Record, context: Request };
        action read appliesTo { principal: [Researcher, Patient], resource: Record, context: Request };
        """;

    private const string PolicyText = """
        permit (principal in Role::"accredited-researcher", action == Action::"compute", resource in Category::"laboratory")
        when { resource.patient == Patient::"p-001" && context.purpose == "HRESCH" && context.cohort >= 20 };
        permit (principal is Researcher, action in [Action::"compute", Action::"read"], resource)
        when { principal.hasTag("tag") && principal.getTag("tag") like "v*e" && principal.openReviews * 2 + 1 < 5 - -3 }
        unless { resource has labels && resource.labels.containsAny(["PSY", "SUD"]) };
        permit (principal, action, resource)
        when { if resource has collected then resource.collected.toDate() < datetime("2027-01-01")
               && datetime("2027-01-01").durationSince(resource.collected).toDays() > 3 else context.cohort > 3 };
        forbid (principal, action, resource)
        when { resource has place.level && {a: resource.place.level, b: context.cohort} == {a: 1, b: 2}
               || resource has address && resource.address.isInRange(ip("10.0.0.0/8"))
               || resource has price && resource.price.lessThan(decimal("1.25")) };
        permit (principal, action, resource)
        when { [context.cohort, 1, 2].contains(context.cohort + 1) || resource in [Category::"imaging", Category::"laboratory"]
               || (context has grant && !context.grant.revoked && context.grant.uses < 10) };
        """;

    /// <summary>The modules, one for each policy.</summary>
    public static IEnumerable<Module> All()
    {
        PolicyCompilation compilation = ContractVm.CompilePolicies(PolicyText);
        if (!CedarSchema.TryParse(SchemaText, out CedarSchema? schema, out PolicyError? error) || !compilation.Succeeded)
        {
            throw new InvalidOperationException($"The fuzzer's policies are wrong: {error}{string.Join(' ', compilation.Errors)}");
        }

        return PolicyCompiler.Compile(compilation.Policies, schema, out var errors) is { } compiled
            ? compiled.Policies.Select(policy => policy.Module)
            : throw new InvalidOperationException($"The fuzzer's policies do not compile: {string.Join(' ', errors)}");
    }
}
