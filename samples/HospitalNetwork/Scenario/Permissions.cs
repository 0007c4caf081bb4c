using System.Collections.Immutable;
using MedChain.Core.Primitives;
using MedChain.Samples.HospitalNetwork.Output;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>Has each patient set what she permits. A grant of an earlier run stays, unless its uses run out.</summary>
internal static class Permissions
{
    public static async Task RunAsync(Scene scene)
    {
        scene.Report.Heading("Permissions");
        Member[] asking = [.. scene.Members.Where(NeedsGrant)];
        if (asking.Length > 0)
        {
            await scene.TimeAsync(
                "set permissions",
                () => scene.ForEachAsync("Setting permissions", asking, member => SetAsync(scene, member)),
                asking.Length);
        }

        var table = new FactTable(
            "permissions", "What patients permit",
            new("plan", "permits"), new("hospital", "hospital"), new("count", "patients"), new("patients", "who"));
        foreach (IGrouping<(string Plan, string Hospital), Member> group in scene.Members
            .GroupBy(member => (member.Plan.Name, member.Hospital))
            .OrderBy(group => group.Key.Name, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Hospital, StringComparer.Ordinal))
        {
            ImmutableArray<string> handles = [.. group.Select(member => member.Handle)];
            table.Add(group.Key.Plan, group.Key.Hospital, handles.Length, handles);
        }

        scene.Report.Table(table);
    }

    private static bool NeedsGrant(Member member) => !member.Plan.IsNothing
        && (member.Grant is not { } grant || member.Plan.IsNearlyUsedUp(member.Patient.UsesOf(grant)));

    private static async Task SetAsync(Scene scene, Member member)
    {
        if (member.Grant is Digest old)
        {
            await member.Patient.RevokeAsync(old, scene.Cancellation);
        }

        string policy = member.Plan.ToCedar(
            member.Patient, member.Hospital, scene.Clinicians[member.Hospital][0], DateTimeOffset.UtcNow.AddYears(1));
        await member.Patient.PermitAsync(policy, scene.Cancellation);
    }
}
