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
        bool isCohort = scene.Options.Cohort is not null;
        var members = new List<Member>();
        int problems = 0;
        for (int order = 0; order < items.Count; order++)
        {
            switch (items[order])
            {
                case InputItem.Accepted accepted:
                    members.Add(new Member(accepted.Patient, isCohort ? PermissionPlan.Everything : PermissionPlan.ByOrder(order))
                    {
                        Hospital = HospitalNames.All[order % HospitalNames.All.Length],
                    });
                    break;
                case InputItem.Problem problem:
                    problems++;
                    scene.Report.Problem(problem.Source, problem.Reason);
                    break;
                default:
                    break;
            }
        }

        if (members.Count == 0)
        {
            throw new SampleException("The input has no patient who can be taken in; nothing was stored.");
        }

        scene.Members = members;
        long bytes = members.Sum(member => member.Bytes);
        scene.Report.Note($"{members.Count} patients with {bytes / 1e6:0.0} MB of FHIR resources{(problems == 0 ? "" : $"; {problems} problems, see above")}.");
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
