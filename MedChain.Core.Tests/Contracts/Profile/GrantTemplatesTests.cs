using CsCheck;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Profile;

/// <summary>The built-in templates of grants.</summary>
[TestFixture]
public sealed class GrantTemplatesTests
{
    private static readonly EntityUid Patient = new("Patient", "p-1");
    private static readonly DateTimeOffset Until = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    /// <summary>Grants on chains name them by these hashes. A change here makes grants unreadable: add a template instead.</summary>
    [Test]
    public void Templates_never_change() => Assert.That(
        GrantTemplates.All.Select(template => $"{template.Name} {template.Hash}"),
        Is.EqualTo(
        [
            "deny-all b0850d450406c897b2d9941ad86e1ab4ac1ddf3bfa413298d0917eb520fddf2d",
            "permit-treatment f54153875fe6f60d7c6d113bbe8be2e2c961a4a2e8dfee0c1f9da00a589fe19a",
            "treatment-by-clinician 9c2ea63a2f540bf10666a896d212e114db64200482811d7024164c578580d476",
            "treatment-by-organization b463394d7ac6ddff55ce535dd18daa5a82949e221d6a7b4e7ecac4a3d967717f",
            "treatment-by-role df5d2e62a21eb54a0900842c920bb4af3c0b86e716004b501b7d2bad3359e806",
            "research 9e9f16c4099acc77c0142be7457c495573f8c2035ee601ba82ecb8e22789eed1",
            "break-glass-only 8acf61979066a1b6c0baf25e670bc4b5857cfdd07ab8a0bb970e600df9dc120f",
        ]));

    [Test]
    public void Every_template_keeps_the_rules_of_the_profile(
        [ValueSource(typeof(GrantTemplates), nameof(GrantTemplates.All))] GrantTemplate template)
    {
        Assert.That(MedicalProfile.Check(template.Policies, Patient), Is.Empty);
        Assert.That(template.Policies.MaxGas, Is.Positive);
        Assert.That(GrantTemplates.Find(template.Hash), Is.SameAs(template));
    }

    [Test]
    public void Template_knows_what_it_reads()
    {
        Assert.That(GrantTemplates.DenyAll.Parameters, Is.Empty);
        Assert.That(GrantTemplates.BreakGlassOnly.Parameters, Is.Empty);
        Assert.That(GrantTemplates.TreatmentByRole.Parameters, Is.EqualTo(["category", "labels", "role", "until"]));
        Assert.That(
            GrantTemplates.Research.Parameters, Is.EqualTo(["category", "cohort", "labels", "limit", "operations", "purpose", "until"]));
    }

    /// <summary>What the template of research says with parameters is what the printed text says with literals.</summary>
    [Test]
    public void Research_decides_as_the_text_of_a_patient_s_own()
    {
        PolicySet text = ContractVm.CompilePolicies(
            PermissionTemplates.Research(Patient, "HRESCH", ["mean", "count"], "clinical", minimumCohort: 5, uses: 3, Until),
            MedicalSchema.Default).Policies!;
        var parameters = new GrantParameters
        {
            Purpose = "HRESCH",
            Operations = ["mean", "count"],
            Category = "clinical",
            MinimumCohort = 5,
            MaxUses = 3,
            Until = Until,
        };
        var vm = new ContractVm(new ContractVmOptions { DoubleCheck = true });
        Gen.Select(
            Gen.OneOf("accredited-researcher", "visitor"), Gen.OneOf("clinical", "laboratory", "imaging"),
            Gen.OneOf("HRESCH", "CLINTRCH", "TREAT"), Gen.OneOf("mean", "histogram"), Gen.Long[4, 6], Gen.Long[2, 3], Gen.Long[-1, 0])
            .Sample((role, category, purpose, operation, cohort, uses, late) =>
            {
                AuthorizationRequest Request(RecordValue given) => new(
                    new EntityUid("Researcher", "r"), new EntityUid("Action", "compute"), new EntityUid("Record", "d"),
                    Context(purpose, operation, cohort, uses, Until.ToUnixTimeMilliseconds() + late, given));
                EntityStore entities = Entities(role, category);
                Decision own = vm.Decide(text, Request(RecordValue.Empty), entities);
                Decision shared = vm.Decide(GrantTemplates.Research.Policies, Request(parameters.ToRecord()), entities);
                return own.Allowed == shared.Allowed && own.Errors.IsEmpty && shared.Errors.IsEmpty && shared.Gas > 0;
            });
    }

    [TestCase("emergency-physician", "unconscious", 0, true)]
    [TestCase("emergency-physician", "", 0, false)]
    [TestCase("emergency-physician", "unconscious", 1, false)]
    [TestCase("ward-7", "unconscious", 0, false)]
    public void Break_glass_opens_in_an_emergency_alone(string role, string justification, long openReviews, bool allowed)
    {
        EntityStore entities = new EntityStoreBuilder(MedicalSchema.Terms)
            .Add(
                new EntityUid("Clinician", "c"), new RecordValue([new("openReviews", new LongValue(openReviews))]),
                [new EntityUid("Role", role)])
            .Add(new EntityUid("Record", "d"), Facts, [new EntityUid("Category", "clinical")])
            .Build();
        RecordValue context = Context("ETREAT", "breakGlass", 0, 0, 0, RecordValue.Empty);
        var said = new RecordValue(
        [
            .. context.Names.Select(name => KeyValuePair.Create(name, context[name]!)),
            new("justification", new StringValue(justification)),
        ]);
        var request = new AuthorizationRequest(
            new EntityUid("Clinician", "c"), new EntityUid("Action", "breakGlass"), new EntityUid("Record", "d"), said);
        Assert.That(new ContractVm().Decide(GrantTemplates.BreakGlassOnly.Policies, request, entities).Allowed, Is.EqualTo(allowed));
    }

    private static RecordValue Facts => new(
    [
        new("patient", new EntityValue(Patient)), new("labels", new SetValue([])), new("codes", new SetValue([])),
        new("collected", new DateTimeValue(0)), new("starts", new DateTimeValue(0)), new("ends", new DateTimeValue(0)),
        new("version", new LongValue(1)), new("superseded", BooleanValue.False),
    ]);

    private static EntityStore Entities(string role, string category) => new EntityStoreBuilder(MedicalSchema.Terms)
        .Add(new EntityUid("Researcher", "r"), parents: [new EntityUid("Role", role)])
        .Add(new EntityUid("Record", "d"), Facts, [new EntityUid("Category", category)])
        .Build();

    private static RecordValue Context(string purpose, string operation, long cohort, long uses, long now, RecordValue parameters) => new(
    [
        new("now", new DateTimeValue(now)),
        new("purpose", new EntityValue(new EntityUid("Purpose", purpose))),
        new("operation", new EntityValue(new EntityUid("Operation", operation))),
        new("cohort", new LongValue(cohort)),
        new("grant", new RecordValue(
        [
            new("uses", new LongValue(uses)), new("revoked", BooleanValue.False), new("depth", new LongValue(0)),
            new("patient", new EntityValue(Patient)),
            .. parameters.Names.Select(name => KeyValuePair.Create(name, parameters[name]!)),
        ])),
    ]);
}
