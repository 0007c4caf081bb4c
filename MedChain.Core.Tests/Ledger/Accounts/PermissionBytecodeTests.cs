using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Accounts;

/// <summary>The requests of an account chain fit its schema, so that bytecode decides them.</summary>
[TestFixture]
public sealed class PermissionBytecodeTests
{
    private static readonly AccountId Patient = new(Digest.Of("patient"u8));
    private static readonly AccountId Asker = new(Digest.Of("asker"u8));
    private static readonly Digest Record = Digest.Of("record"u8);

    [TestCase(AccountKind.Practitioner, "read", "TREAT", "")]
    [TestCase(AccountKind.Practitioner, "breakGlass", "ETREAT", "unconscious")]
    [TestCase(AccountKind.Researcher, "compute", "HRESCH", "")]
    public void Question_is_decided_by_bytecode(AccountKind kind, string action, string purpose, string justification)
    {
        var question = new PermissionQuestion(
            Asker, kind, ["accredited-researcher"], action, purpose, "clinical", justification, action == "compute" ? "mean" : "", 20);
        RecordDescription description = new RecordDescription("clinical")
        {
            Labels = ["PSY"],
            Codes = ["http://loinc.org|2345-7"],
            Author = Asker,
            Encounter = "visit-7",
        }.Normalize(DateTimeOffset.FromUnixTimeMilliseconds(1_780_000_000_000));
        var entry = new RecordEntry(default, 0, default, default, RecordStatus.Live, Version: 2, Previous: Record);
        var request = new PermissionRequest(
            question, "clinic", 1_790_000_000_000, Patient, [new(Record, entry, description)]);
        PolicySet policies = ContractVm.CompilePolicies(Text, MedicalSchema.Default).Policies!;

        Decision decision = request.Decide(
            new ContractVm(new ContractVmOptions { DoubleCheck = true }), new GrantPolicies(policies, RecordValue.Empty), Record,
            uses: 3);

        Assert.That(decision.Gas, Is.Positive);
        Assert.That(decision.Gas, Is.LessThanOrEqualTo(policies.MaxGas!.Value));
        Assert.That(decision.Allowed, Is.True);
    }

    private static string Text => $$"""
        permit (principal, action, resource in Category::"clinical")
        when { resource.patient == {{PermissionRequest.PatientUid(Patient)}} && context.grant.uses < 10
            && resource.labels.containsAll(["PSY", "BH", "SPI"]) && resource.codes.contains("http://loinc.org|2345-7")
            && resource.version == 2 && !resource.superseded && resource.starts <= resource.ends
            && resource has author && resource.author == {{AccountEntity.Of(AccountKind.Practitioner, Asker)}}
            && resource has encounter && resource.encounter == Encounter::"visit-7" };
        """;
}
