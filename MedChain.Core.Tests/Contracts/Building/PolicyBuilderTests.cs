using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Building;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Tests.Contracts.Cedar;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Building;

/// <summary>Policies written in C#.</summary>
[TestFixture]
public sealed class PolicyBuilderTests
{
    private static readonly EntityUid Patient = new("Patient", "did:med:p-001");
    private static readonly DateTimeOffset Until = new(2027, 7, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void Research_permission_prints_as_cedar()
    {
        string text = Policy.Permit("research-labs-mean")
            .Principal.InRole("accredited-researcher").Action("compute").Resource.InCategory("laboratory")
            .When(c => c.Patient == Patient && c.Purpose.In(Purpose.Research) && c.Operation == Operation.Mean && c.Cohort >= 20
                && c.Uses < 10 && c.Now < Until)
            .Consume().Audit().ToCedar();
        Assert.That(text, Is.EqualTo("""
            @audit("access")
            @consume("grant.uses")
            @id("research-labs-mean")
            permit (
              principal in Role::"accredited-researcher",
              action == Action::"compute",
              resource in Category::"laboratory"
            )
            when {
              resource.patient == Patient::"did:med:p-001" &&
              context.purpose in Purpose::"HRESCH" &&
              context.operation == Operation::"mean" &&
              context.cohort >= 20 &&
              context.grant.uses < 10 &&
              context.now < datetime("2027-07-01T00:00:00.000Z")
            };

            """));
    }

    private static IEnumerable<PolicyBuilder> Samples()
    {
        yield return Policy.Forbid("revocable").When(c => c.Revoked);
        yield return Policy.Permit("a \"b\"\n").ForPatient(Patient).Principal.OfType("Clinician").Action("read", "breakGlass")
            .Unless(c => c.Labels.Contains("PSY") || !(c.Collected < Until)).Consent("Consent/7f3a");
        yield return Policy.Permit("glass").ForPatient(Patient).Principal.Is(new EntityUid("Clinician", "c")).Action("breakGlass")
            .When(c => c.Justification.IsGiven && c.OpenReviews == 0)
            .Audit("break-glass", ("notify", "patient"), ("review-within", "72h"));
        yield return Policy.Permit("sum").ForPatient(Patient).Principal.InOrganization("st-mary")
            .When(c => ((c.Uses + c.Cohort) * 2) - -3 != c.Cohort * (c.Uses - 1))
            .When(c => (c.Cohort > 1 || c.Cohort <= 5) && (c.Now >= Until || c.Now > Until || c.Now <= Until))
            .When(c => c.Purpose.IsOneOf(Purpose.Treatment, Purpose.Of("COC")) && c.Operation != Operation.Count)
            .When(c => c.Justification.Is("x") || !c.Revoked)
            .Resource.Is(new EntityUid("Record", "r"));
    }

    [TestCaseSource(nameof(Samples))]
    public void Printed_policy_reads_back_as_the_same_and_fits_the_schema(PolicyBuilder builder)
    {
        string text = builder.ToCedar();
        PolicyCompilation compilation = ContractVm.CompilePolicies(text, MedicalSchema.Default);
        Assert.That(compilation.Errors, Is.Empty, text);
        Assert.That(compilation.Policies!.ToCedar(), Is.EqualTo(text));
        Assert.That(MedicalProfile.Check(compilation.Policies, Patient), Is.Empty);
    }

    [Test]
    public void Conditions_decide_as_they_read()
    {
        string text = Policy.Permit("x").When(c => (c.Cohort >= 20 || c.Uses == 3) && !c.Revoked).ToCedar();
        bool Allows(long cohort, long uses, bool revoked)
        {
            var grant = new RecordValue([new("uses", new LongValue(uses)), new("revoked", BooleanValue.Of(revoked))]);
            var context = new RecordValue([new("cohort", new LongValue(cohort)), new("grant", grant)]);
            var request = new AuthorizationRequest(
                new EntityUid("Clinician", "c"), new EntityUid("Action", "read"), new EntityUid("Record", "r"), context);
            return new ContractVm().Decide(Text.Compile(text), request, EntityStore.Empty).Allowed;
        }

        Assert.That(
            new[] { Allows(20, 0, false), Allows(0, 3, false), Allows(0, 0, false), Allows(20, 3, true) },
            Is.EqualTo(new[] { true, true, false, false }));
    }

    [Test]
    public void Policy_without_an_action_or_an_entity_is_the_callers_mistake()
    {
        Assert.That(() => Policy.Permit("x").Action(), Throws.ArgumentException);
        Assert.That(() => Policy.Permit("x").When(c => c.Purpose.IsOneOf()), Throws.ArgumentException);
        Assert.That(() => Policy.Permit("x").Principal.OfType("a b"), Throws.ArgumentException);
    }
}
