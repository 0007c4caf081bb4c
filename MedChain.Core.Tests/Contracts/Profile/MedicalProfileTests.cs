using System.Collections.Immutable;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Tests.Contracts.Cedar;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Profile;

/// <summary>What MedChain demands of a policy set beyond Cedar.</summary>
[TestFixture]
public sealed class MedicalProfileTests
{
    private static readonly EntityUid Patient = new("Patient", "p-001");

    [TestCase("when { resource.patient == Patient::\"p-001\" }")]
    [TestCase("when { Patient::\"p-001\" == resource.patient && true }")]
    [TestCase("when { true && (false && resource[\"patient\"] == Patient::\"p-001\") }")]
    [TestCase("when { true } when { resource.patient == Patient::\"p-001\" }")]
    public void Permit_limited_to_the_patient_is_accepted(string conditions) =>
        Assert.That(Check($"permit (principal, action, resource) {conditions};"), Is.Empty);

    [TestCase("")]
    [TestCase("when { resource.patient == Patient::\"p-002\" }")]
    [TestCase("when { resource.patient == Patient::\"p-001\" || true }")]
    [TestCase("when { !(resource.patient == Patient::\"p-001\") }")]
    [TestCase("when { resource.patient != Patient::\"p-001\" }")]
    [TestCase("unless { resource.patient == Patient::\"p-001\" }")]
    [TestCase("when { if true then true else resource.patient == Patient::\"p-001\" }")]
    [TestCase("when { context.patient == Patient::\"p-001\" }")]
    [TestCase("when { resource.patient.doctor == Patient::\"p-001\" }")]
    public void Permit_open_to_other_patients_is_refused(string conditions)
    {
        PolicyError error = Check($"\n  permit (principal, action, resource) {conditions};").Single();
        Assert.That((error.Line, error.Column), Is.EqualTo((2, 3)));
        Assert.That(error.Message, Does.Contain("resource.patient == Patient::\"p-001\""));
    }

    [Test]
    public void Forbid_needs_no_patient() => Assert.That(Check(PermissionTemplates.DenyRevoked()), Is.Empty);

    [Test]
    public void Two_policies_of_one_id_are_refused_also_when_named_by_position()
    {
        const string Twice = """@id("a") forbid (principal, action, resource); @id("a") forbid (principal, action, resource);""";
        PolicySet set = ContractVm.CompilePolicies(Twice, new ContractVmOptions { Naming = PolicyNaming.Position }).Policies!;
        Assert.That(MedicalProfile.Check(set, Patient).Single().Message, Does.Contain("@id(\"a\")"));
    }

    [Test]
    public void Set_compiled_with_wider_limits_is_refused()
    {
        string deep = $"forbid (principal, action, resource) when {{ {new string('(', 100)}true{new string(')', 100)} }};";
        PolicySet set = ContractVm.CompilePolicies(deep, new ContractVmOptions { MaxNesting = 120 }).Policies!;
        Assert.That(MedicalProfile.Check(set, Patient).Single().Message, Does.Contain("nested deeper"));
    }

    private static ImmutableArray<PolicyError> Check(string text) => MedicalProfile.Check(Text.Compile(text), Patient);
}
