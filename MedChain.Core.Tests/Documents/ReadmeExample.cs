using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Contracts.Profile;

namespace MedChain.Core.Tests.Documents;

/// <summary>The program in the README, line by line between the two marks.</summary>
internal static class ReadmeExample
{
    public static async Task<IReadOnlyList<string>> RunAsync(string? folder, byte[] bundle, DateTimeOffset until)
    {
        var lines = new List<string>();

        // Begin of the README's example.
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(new MedChainNetworkOptions
        {
            AccountChains = ["st-mary", "north-clinic"],
            DataDirectory = folder,
        });

        using Patient patient = await network.Accounts["st-mary"].RegisterPatientAsync("room 12");
        await patient.StoreAsync(bundle, Computation.Laboratory);
        await patient.ChooseAsync(GrantTemplates.Research, new GrantParameters
        {
            Purpose = "HRESCH",
            Operations = ["mean"],
            Category = Computation.Laboratory,
            MinimumCohort = 2,
            MaxUses = 10,
            Until = until,
        });

        using Researcher researcher = await network.Transactions.RegisterResearcherAsync("curie", ["accredited-researcher"]);
        TaskReceipt task = await researcher.SubmitAsync(Computation.Mean("39156-5"), purpose: "HRESCH");
        await foreach (AuditEntry entry in patient.AuditTrailAsync())
        {
            lines.Add($"{entry.Time:u} {entry.Kind}: {entry.Detail}");
        }

        // End of the README's example.
        lines.Add($"{task.Outcome}");
        return lines;
    }
}
