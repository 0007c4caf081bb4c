using MedChain.Core.Clients;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Samples.HospitalNetwork.Output;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>Stops the network, starts it again on the same files, verifies all chains from genesis, and goes on.</summary>
internal static class Reopening
{
    public static async Task RunAsync(Scene scene, Member member)
    {
        scene.Report.Heading("Stop and start again");
        Dictionary<string, BlockHeight> before = scene.Heights.ToDictionary(chain => chain.Chain, chain => chain.Height);
        await scene.TimeAsync("stop", scene.StopAsync);
        await scene.TimeAsync("start again", scene.StartAsync);
        foreach ((string chain, BlockHeight height) in scene.Heights)
        {
            scene.Check(Check.That(
                $"{chain}: height after the restart", height >= before[chain], $"{before[chain]} or more", height.ToString()));
        }

        await VerifyAsync(scene);
        await scene.TimeAsync("find people again", () => Enrolment.RegisterAsync(scene), scene.Members.Count);
        string category = member.Records[0].Category;
        AccessResult own = await member.Patient.ReadAsync(category, scene.Cancellation);
        Treatment.CheckContent(scene, member, category, own, "her record from before the restart is what she stored");
        await TaskStep.RunAsync(scene, Research.Count, minimumCohort: member.Plan.MinimumCohort);
        foreach ((string chain, BlockHeight height) in scene.Heights)
        {
            scene.Check(Check.That(
                $"{chain}: height went on", height > before[chain], $"above {before[chain]}", height.ToString()));
        }
    }

    private static async Task VerifyAsync(Scene scene)
    {
        // Blocks may follow while the chains are verified.
        (string Chain, BlockHeight Height)[] before = [.. scene.Heights];
        IReadOnlyList<ChainVerification> reports = [];
        await scene.TimeAsync("verify from genesis", async () => reports = await scene.Network.VerifyAsync(scene.Cancellation));
        var table = new FactTable(
            "verification", "Verified from genesis",
            new("chain", "chain"), new("height", "height"), new("transactions", "transactions"), new("records", "records"),
            new("problem", "problem"));
        foreach (ChainVerification report in reports)
        {
            table.Add(report.Chain, report.Height.Value, report.Transactions, report.Records, report.Problem ?? "none");
        }

        scene.Report.Table(table);
        scene.Check(Check.Equal("chains verified", HospitalNames.All.Length + 1, reports.Count));
        foreach ((string chain, BlockHeight height) in before)
        {
            BlockHeight verified = reports.FirstOrDefault(r => r.Chain == chain)?.Height ?? default;
            scene.Check(Check.That($"{chain}: height verified", verified >= height, $"{height} or more", verified.ToString()));
        }

        scene.Check(Check.That(
            "records verified",
            reports.Sum(report => report.Records) >= scene.Members.Sum(member => member.Records.Length),
            $"{scene.Members.Sum(member => member.Records.Length)} or more",
            $"{reports.Sum(report => report.Records)}"));
        foreach (ChainVerification report in reports)
        {
            scene.Check(Check.Equal($"{report.Chain}: verification from genesis", "no problem", report.Problem ?? "no problem"));
        }
    }
}
