using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Ledger.Accounts;
using MedChain.Samples.HospitalNetwork.Output;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>Clinicians read records: whom the patient lets in gets the very bytes she stored, everyone else a refusal.</summary>
internal static class Treatment
{
    public static async Task RunAsync(Scene scene)
    {
        scene.Report.Heading("Treatment");
        PermissionPlan[] plans = [PermissionPlan.HospitalTreatment, PermissionPlan.ClinicianTreatment, PermissionPlan.Nothing];
        foreach (PermissionPlan plan in plans)
        {
            if (scene.Members.FirstOrDefault(member => member.Plan == plan) is not { } member)
            {
                scene.Report.Note($"Nobody permits {plan.Name}; that case is left out.");
                continue;
            }

            for (int clinician = 0; clinician < scene.Clinicians[member.Hospital].Length; clinician++)
            {
                bool isNamed = plan.Treatment == TreatmentGrantee.Hospital
                    || (plan.Treatment == TreatmentGrantee.OneClinician && clinician == 0);
                await AskAsync(
                    scene, member, clinician, Computation.Clinical, PermissionPlan.Treat,
                    isNamed ? DecisionOutcome.Permitted : DecisionOutcome.NotPermitted);
            }
        }
    }

    /// <summary>One clinician asks for one patient's records.</summary>
    public static async Task AskAsync(
        Scene scene, Member member, int clinician, string category, string purpose, DecisionOutcome expected)
    {
        Practitioner practitioner = scene.Clinicians[member.Hospital][clinician];
        AccessResult result = await practitioner.ReadAsync(
            member.Patient.Id, category, purpose, cancellationToken: scene.Cancellation);
        Show(scene, member, practitioner.Handle, category, purpose, result);
        string what = $"{practitioner.Handle} asks {member.Handle} ({member.Plan.Name}) for {category} data for {purpose}";
        scene.Check(Check.Equal(what, expected, result.Outcome));
        if (expected == DecisionOutcome.Permitted)
        {
            CheckContent(scene, member, category, result, "the clinician reads what the patient stored");
        }
        else
        {
            scene.Check(Check.Equal("records that the refusal opens", 0, result.Records.Length));
        }
    }

    /// <summary>What an access gave.</summary>
    public static void Show(Scene scene, Member member, string who, string category, string purpose, AccessResult result)
    {
        var table = new FactTable(
            "accesses", "Access",
            new("who", "who"), new("patient", "patient"), new("category", "data"), new("purpose", "purpose"),
            new("decision", "decision"), new("bytes", "bytes read"), new("problem", "problem"));
        table.Add(
            who, member.Handle, category, purpose, result.Outcome.ToString(), result.Records.Sum(record => record.Content?.LongLength ?? 0),
            string.Join(' ', result.Records.Select(record => record.Problem).OfType<string>()));
        scene.Report.Table(table);
    }

    /// <summary>The bytes read must be the bytes stored.</summary>
    public static void CheckContent(Scene scene, Member member, string category, AccessResult result, string what)
    {
        byte[] stored = member.Content(category) ?? [];
        bool isEqual = result.Records.Length == 1 && result.Records[0].Content is { } content && content.AsSpan().SequenceEqual(stored);
        string equal = $"{stored.Length} equal bytes";
        string problems = string.Join(' ', result.Records.Select(record => record.Problem ?? "other bytes"));
        scene.Check(Check.That(
            $"{member.Handle}: {what}", isEqual, equal, isEqual ? equal : $"{result.Outcome}, {problems}"));
    }
}
