using MedChain.Samples.HospitalNetwork.Input;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>Reads the patients that the command line names. What is wrong with one of them leaves her out and nobody else.</summary>
internal static class Intake
{
    /// <exception cref="SampleException">There is no patient at all.</exception>
    public static async Task ReadAsync(Scene scene)
    {
        scene.Report.Heading("Patients");
        List<InputItem> items = [];
        await scene.TimeAsync("read input", async () => items = await ReadItemsAsync(scene));
        InputItem.Problem[] problems = [.. items.OfType<InputItem.Problem>()];
        if (problems is [InputItem.Problem only] && items.Count == 1)
        {
            throw new SampleException($"{only}; there is no other input, so nothing was stored.");
        }

        foreach (InputItem.Problem problem in problems)
        {
            scene.Report.Problem(problem.Source, problem.Reason);
        }

        if (problems.Length == items.Count)
        {
            throw new SampleException($"Nothing of the input can be taken in: {problems.Length} problems. Nothing was stored.");
        }

        // The place in the whole input counts, so that a mended file moves nobody else.
        bool isCohort = scene.Options.Cohort is not null;
        Member[] members =
        [
            .. items.Index().Where(item => item.Item is InputItem.Accepted).Select(item => new Member(
                ((InputItem.Accepted)item.Item).Patient,
                isCohort ? PermissionPlan.Everything : PermissionPlan.ByOrder(item.Index))
            {
                Hospital = HospitalNames.All[item.Index % HospitalNames.All.Length],
            }),
        ];
        scene.Members = members;
        long bytes = members.Sum(member => member.Bytes);
        string leftOut = problems.Length == 0 ? "" : $"; {problems.Length} problems, each named on standard error";
        scene.Report.Note($"{members.Length} patients with {bytes / 1e6:0.0} MB of FHIR resources{leftOut}.");
    }

    private static async Task<List<InputItem>> ReadItemsAsync(Scene scene)
    {
        var items = new List<InputItem>();
        if (scene.Options.Cohort is { } cohort)
        {
            items.AddRange(await Task.Run(() => CohortFile.Read(cohort)));
            return items;
        }

        int count = scene.Options.Patients;
        IEnumerable<InputItem> source;
        if (scene.Options.Bundles is { } directory)
        {
            if (!BundleFolder.TryOpen(directory, out BundleFolder? folder, out string? error))
            {
                throw new SampleException(error);
            }

            (count, source) = (folder.Count, folder.Read());
        }
        else
        {
            source = BundleGenerator.Generate(count, scene.Options.Seed).Select(patient => new InputItem.Accepted(patient));
        }

        await scene.Report.ProgressAsync("Reading bundles", count, advance => Task.Run(() =>
        {
            foreach (InputItem item in source)
            {
                scene.Cancellation.ThrowIfCancellationRequested();
                items.Add(item);
                advance();
            }
        }));
        return items;
    }
}
