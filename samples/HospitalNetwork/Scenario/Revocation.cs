using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using MedChain.Samples.HospitalNetwork.Output;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>A patient takes her permission back, and others ask for what nobody permitted: the refusals and their records.</summary>
internal static class Revocation
{
    public static async Task RunAsync(Scene scene, Member member)
    {
        scene.Report.Heading("Revocation and refusals");
        BlockHeight before = scene.Network.Accounts[member.Hospital].Height;
        if (member.Grant is { } grant)
        {
            await scene.TimeAsync("revoke", () => member.Patient.RevokeAsync(grant, scene.Cancellation));
            scene.Report.Note($"{member.Handle} at {member.Hospital} revoked her permission.");
        }

        TaskFindings findings = await TaskStep.RunAsync(scene, Research.Mean);
        DecisionOutcome outcome = findings.OutcomeOf(member);
        scene.Check(Check.That(
            $"{findings.Name}: {member.Handle}, who revoked, is left out", !outcome.Releases(), "a refusal", outcome.ToString()));

        await Treatment.AskAsync(scene, member, 0, Computation.Laboratory, PermissionPlan.Marketing, DecisionOutcome.NotPermitted);
        TaskFindings refused = await TaskStep.RunAsync(scene, Research.Mean, PermissionPlan.Marketing);
        IReadOnlyList<AuditEntry> entries = await AuditStep.RunAsync(scene, member, before);
        scene.Check(Check.That(
            "the patient's audit trail has the clinician's refusal",
            entries.Any(entry => entry.Kind == AuditKind.AccessDenied), "a line", Count(entries, AuditKind.AccessDenied)));
        scene.Check(Check.That(
            "the patient's audit trail has the refused task's operation record",
            entries.Any(entry => entry.Kind == AuditKind.TaskRecorded && entry.Reference == refused.Receipt.Task),
            "a line",
            Count(entries, AuditKind.TaskRecorded)));
    }

    private static string Count(IReadOnlyList<AuditEntry> entries, AuditKind kind) =>
        $"{entries.Count(entry => entry.Kind == kind)} of {kind}";
}
