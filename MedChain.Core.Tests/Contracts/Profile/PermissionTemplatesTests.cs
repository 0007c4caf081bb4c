using CsCheck;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Tests.Contracts.Cedar;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Profile;

/// <summary>The common permissions as text, and what they allow.</summary>
[TestFixture]
public sealed class PermissionTemplatesTests
{
    private static readonly EntityUid Patient = new("Patient", "p-001");
    private static readonly DateTimeOffset Until = new(2027, 7, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly EntityStore Entities = new EntityStoreBuilder()
        .Add(new EntityUid("Researcher", "r"), parents: [new EntityUid("Role", "accredited-researcher")])
        .Add(new EntityUid("Clinician", "c"), parents: [new EntityUid("Organization", "st-mary")])
        .Add(new EntityUid("Purpose", "CLINTRCH"), parents: [new EntityUid("Purpose", "HRESCH")])
        .Add(
            new EntityUid("Record", "labs"),
            new RecordValue([new("patient", new EntityValue(Patient)), new("labels", new SetValue([new StringValue("HIV")]))]),
            [new EntityUid("Category", "laboratory")])
        .Build();

    [Test]
    public void Research_text_is_this()
    {
        string text = PermissionTemplates.Research(Patient, "HRESCH", ["mean"], "laboratory", 20, 10, Until, "research-labs-mean");
        Assert.That(text, Is.EqualTo("""
            @id("research-labs-mean") @consume("grant.uses") @audit("access")
            permit (principal in Role::"accredited-researcher", action == Action::"compute", resource in Category::"laboratory")
            when { resource.patient == Patient::"p-001" && context.purpose in Purpose::"HRESCH"
                   && context.operation == Operation::"mean" && context.cohort >= 20 && context.grant.uses < 10
                   && context.now < datetime("2027-07-01T00:00:00.000Z") };

            """));
    }

    [TestCase("HRESCH", "mean", 20, 9, "2027-06-30", false, true)]
    [TestCase("CLINTRCH", "variance", 20, 9, "2027-06-30", false, true)]
    [TestCase("TREAT", "mean", 20, 9, "2027-06-30", false, false)]
    [TestCase("HRESCH", "maximum", 20, 9, "2027-06-30", false, false)]
    [TestCase("HRESCH", "mean", 19, 9, "2027-06-30", false, false)]
    [TestCase("HRESCH", "mean", 20, 10, "2027-06-30", false, false)]
    [TestCase("HRESCH", "mean", 20, 9, "2027-07-01", false, false)]
    [TestCase("HRESCH", "mean", 20, 9, "2027-06-30", true, false)]
    public void Research_is_allowed_within_all_its_conditions(
        string purpose, string operation, int cohort, int uses, string now, bool revoked, bool allowed)
    {
        string text = PermissionTemplates.Research(Patient, "HRESCH", ["mean", "variance"], "laboratory", 20, 10, Until)
            + PermissionTemplates.DenyRevoked();
        var request = new AuthorizationRequest(
            new EntityUid("Researcher", "r"), new EntityUid("Action", "compute"), new EntityUid("Record", "labs"),
            Context(purpose, operation, cohort, uses, now, revoked));
        Assert.That(new ContractVm().Decide(Text.Compile(text), request, Entities).Releasable, Is.EqualTo(allowed));
    }

    [TestCase("Clinician", "c", null, true)]
    [TestCase("Organization", "st-mary", null, true)]
    [TestCase("Organization", "north", null, false)]
    [TestCase("Clinician", "c", "HIV", false)]
    [TestCase("Clinician", "c", "PSY", true)]
    public void Treatment_is_for_a_clinician_or_a_group_of_them(string type, string id, string? withheld, bool allowed)
    {
        string text = PermissionTemplates.Treatment(
            Patient, new EntityUid(type, id), "laboratory", Until, withheld is null ? null : [withheld]);
        var request = new AuthorizationRequest(
            new EntityUid("Clinician", "c"), new EntityUid("Action", "read"), new EntityUid("Record", "labs"),
            Context("TREAT", "none", 0, 0, "2027-06-30", false));
        Assert.That(new ContractVm().Decide(Text.Compile(text), request, Entities).Releasable, Is.EqualTo(allowed));
    }

    [Test]
    public void Printed_permissions_fit_the_profile_and_read_back_with_the_same_values() =>
        Gen.Select(Texts, Texts, Texts.Array[1, 3], Texts, Gen.Int[1, 1000], Gen.DateTimeOffset).Sample(values =>
        {
            (string patientId, string purpose, string[] operations, string category, int number, DateTimeOffset until) = values;
            var patient = new EntityUid("Patient", patientId);
            string text = PermissionTemplates.Research(patient, purpose, operations, category, number, number, until)
                + PermissionTemplates.Treatment(patient, new EntityUid("Role", purpose), category, until, operations, "other")
                + PermissionTemplates.DenyRevoked();
            PolicySet set = Text.Compile(text);
            string conditions = string.Join(
                ' ', set.Policies[0].Body.Conditions.Select(condition => ExpressionPrinter.Print(condition.Body)));
            return set.Policies.Length == 3
                && MedicalProfile.Check(set, patient).All(error => error.Message.StartsWith("There is no pur", StringComparison.Ordinal))
                && set.Policies[0].Annotations["id"] == $"research-{purpose}-{category}-{string.Join('-', operations)}"
                && set.Policies[0].Body.Resource.Entities[0].Id == category
                && set.Policies[1].Body.Principal.Entities[0].Id == purpose
                && set.Policies[1].Body.Conditions.Length == operations.Length + 1
                && conditions.Contains($"Purpose::{new StringValue(purpose)}", StringComparison.Ordinal)
                && operations.All(operation => conditions.Contains($"Operation::{new StringValue(operation)}", StringComparison.Ordinal))
                && conditions.Contains($"context.grant.uses < {number}", StringComparison.Ordinal);
        });

    [Test]
    public void Values_out_of_range_are_the_callers_mistake()
    {
        Assert.That(() => Research([], 1, 1), Throws.ArgumentException);
        Assert.That(() => Research(["mean"], 0, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Research(["mean"], 1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Research(["\ud800"], 1, 1), Throws.ArgumentException);

        static string Research(string[] operations, int minimumCohort, int uses) =>
            PermissionTemplates.Research(Patient, "HRESCH", operations, "laboratory", minimumCohort, uses, Until);
    }

    /// <summary>Ordinary text, and text that tries to leave its quotes.</summary>
    private static Gen<string> Texts => Gen.OneOf(
        Gen.String.Where(text => Quoting.IsWellFormed(text)),
        Gen.OneOf("\" || true || \"", "\\", "\\\"", "\") permit (principal, action, resource); //", "\n", "*", "😀", "}", "\0\r\u2028"));

    private static RecordValue Context(string purpose, string operation, int cohort, int uses, string now, bool revoked) => new(
    [
        new("purpose", new EntityValue(new EntityUid("Purpose", purpose))),
        new("operation", new EntityValue(new EntityUid("Operation", operation))),
        new("cohort", new LongValue(cohort)),
        new("now", DateTimeValue.TryParse(now, out DateTimeValue? time) ? time : throw new ArgumentException("No date.", nameof(now))),
        new("grant", new RecordValue([new("uses", new LongValue(uses)), new("revoked", BooleanValue.Of(revoked))])),
    ]);
}
