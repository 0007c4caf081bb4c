using MedChain.Core.Clients;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;
using MedChain.Samples.HospitalNetwork.Output;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>Shows what a patient's chain says about her, with each line's proof checked as anybody could who knows the
/// validators.</summary>
internal static class AuditStep
{
    /// <summary>Shows the lines after a height.</summary>
    /// <returns>The lines.</returns>
    public static async Task<IReadOnlyList<AuditEntry>> RunAsync(Scene scene, Member member, BlockHeight after)
    {
        Genesis genesis = scene.Network.Accounts[member.Hospital].Genesis;
        var entries = new List<AuditEntry>();
        await foreach (AuditEntry entry in member.Patient.AuditTrailAsync(scene.Cancellation))
        {
            if (entry.Height > after)
            {
                entries.Add(entry);
            }
        }

        var table = new FactTable(
            "audit", $"Audit trail of {member.Handle} at {member.Hospital}{(after.Value == 0 ? "" : $", after block {after}")}",
            new("patient", ""), new("block", "block"), new("time", "time (UTC)"), new("kind", "what"), new("detail", "detail"),
            new("actor", "who"), new("reference", ""), new("proved", "proof holds"));
        foreach (AuditEntry entry in entries)
        {
            table.Add(
                member.Handle, entry.Height.Value, $"{entry.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}", entry.Kind.ToString(), entry.Detail,
                NameOf(scene, member, entry.Actor), entry.Reference.ToString(), IsProved(entry, genesis));
        }

        scene.Report.Table(table);
        scene.Check(Check.Equal(
            $"audit trail of {member.Handle}: lines whose proof holds", entries.Count, entries.Count(entry => IsProved(entry, genesis))));
        return entries;
    }

    private static bool IsProved(AuditEntry entry, Genesis genesis) => entry.Proof?.Verify(genesis.Chain, genesis.Validators) == true;

    private static string NameOf(Scene scene, Member member, AccountId actor)
    {
        Practitioner? clinician = scene.Clinicians[member.Hospital].FirstOrDefault(c => c.Id == actor);
        return actor == member.Patient.Id ? "the patient"
            : actor == scene.Researcher!.Id ? scene.Researcher.Handle
            : actor == scene.Network.Accounts[member.Hospital].Genesis.Administrator ? "the hospital"
            : clinician?.Handle ?? $"{actor}"[..8];
    }
}
