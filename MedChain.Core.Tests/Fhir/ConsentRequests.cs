using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;

namespace MedChain.Core.Tests.Fhir;

/// <summary>A record as far as consents speak of it.</summary>
internal sealed record ConsentRecord(string Reference, string[] Labels, string? Author, string? Encounter, DateTimeOffset Collected);

/// <summary>Asks the policies of one patient, <c>Patient/ex-patient</c>.</summary>
internal static class ConsentRequests
{
    private static readonly EntityUid Patient = new("Patient", "ex-patient");
    private static readonly ContractVm Vm = new(new ContractVmOptions { DoubleCheck = true });

    /// <summary>Whether any action that the purpose may use is allowed: breaking the glass is an action of its own.</summary>
    public static bool Opens(
        PolicySet policies, EntityUid principal, EntityUid[] groups, string purpose, ConsentRecord record, DateTimeOffset now) =>
        Allows(policies, principal, groups, "read", purpose, record, now)
        || (principal.Type == "Clinician" && Allows(policies, principal, groups, "breakGlass", purpose, record, now));

    public static bool Allows(
        PolicySet policies, EntityUid principal, EntityUid[] groups, string action, string purpose, ConsentRecord record,
        DateTimeOffset now)
    {
        var facts = new List<KeyValuePair<string, CedarValue>>
        {
            new("patient", new EntityValue(Patient)),
            new("labels", new SetValue(record.Labels.Select(label => new StringValue(label)))),
            new("codes", new SetValue([])),
            new("collected", new DateTimeValue(record.Collected.ToUnixTimeMilliseconds())),
            new("starts", new DateTimeValue(record.Collected.ToUnixTimeMilliseconds())),
            new("ends", new DateTimeValue(record.Collected.ToUnixTimeMilliseconds())),
            new("version", new LongValue(1)),
            new("superseded", BooleanValue.False),
        };
        AddFact("author", "Clinician", record.Author);
        AddFact("encounter", "Encounter", record.Encounter);
        var self = new RecordValue(principal.Type == "Clinician" ? [new("openReviews", new LongValue(0))] : []);
        var resource = new EntityUid("Record", record.Reference);
        EntityStore entities = new EntityStoreBuilder(MedicalSchema.Terms)
            .Add(principal, self, groups).Add(resource, new RecordValue(facts)).Build();
        var context = new RecordValue(
        [
            new("now", new DateTimeValue(now.ToUnixTimeMilliseconds())),
            new("purpose", new EntityValue(new EntityUid("Purpose", purpose))),
            new("operation", new EntityValue(new EntityUid("Operation", "read"))),
            new("cohort", new LongValue(0)),
            new("justification", new StringValue("unconscious")),
            new("grant", new RecordValue(
            [
                new("uses", new LongValue(0)), new("revoked", BooleanValue.False), new("depth", new LongValue(0)),
            ])),
        ]);
        Decision decision = Vm.Decide(
            policies, new AuthorizationRequest(principal, new EntityUid("Action", action), resource, context), entities);
        return decision.Errors.IsEmpty ? decision.Allowed : throw new InvalidOperationException(string.Join("; ", decision.Errors));

        void AddFact(string name, string type, string? reference)
        {
            if (reference is not null)
            {
                facts.Add(new(name, new EntityValue(new EntityUid(type, reference.Split('/')[1]))));
            }
        }
    }
}
