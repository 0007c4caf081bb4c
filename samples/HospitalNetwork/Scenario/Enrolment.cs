using MedChain.Core.Clients;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>Registers people, and has each patient encrypt and store her records. What is there already is found again.</summary>
internal static class Enrolment
{
    private const string AccreditedResearcher = "accredited-researcher";

    public static async Task RunAsync(Scene scene)
    {
        scene.Report.Heading("Registration and records");
        AssignHospitals(scene);
        await scene.TimeAsync("register", () => RegisterAsync(scene), scene.Members.Count + (2 * HospitalNames.All.Length) + 1);
        Member[] missing = [.. scene.Members.Where(member => member.Patient.Records.Count < member.Records.Length)];
        (string Category, byte[] Content)[] records =
            [.. missing.SelectMany(member => member.Records.Skip(member.Patient.Records.Count))];
        if (records.Length > 0)
        {
            await scene.TimeAsync(
                "encrypt, share keys, store",
                () => scene.ForEachAsync("Storing records", missing, member => StoreAsync(scene, member)),
                records.Length,
                records.Sum(record => (long)record.Content.Length));
        }

        int found = scene.Members.Sum(member => member.Records.Length) - records.Length;
        scene.Report.Note($"{records.Length} records stored{(found == 0 ? "" : $", {found} found from an earlier run")}.");
    }

    /// <summary>Registers everyone, or finds them.</summary>
    public static async Task RegisterAsync(Scene scene)
    {
        foreach (string hospital in HospitalNames.All)
        {
            scene.Clinicians[hospital] = await Task.WhenAll(Enumerable.Range(1, 2).Select(i =>
                scene.Network.Accounts[hospital].RegisterPractitionerAsync($"clinician-{i}", cancellationToken: scene.Cancellation)));
        }

        scene.Researcher = await scene.Network.Transactions.RegisterResearcherAsync(
            "researcher-1", [AccreditedResearcher], scene.Cancellation);
        await scene.ForEachAsync("Registering patients", scene.Members, async member => member.Connect(
            await scene.Network.Accounts[member.Hospital].RegisterPatientAsync(member.Id, scene.Cancellation)));
    }

    private static async Task StoreAsync(Scene scene, Member member)
    {
        foreach ((string category, byte[] content) in member.Records.Skip(member.Patient.Records.Count).ToArray())
        {
            await member.Patient.StoreAsync(content, category, cancellationToken: scene.Cancellation);
        }
    }

    /// <summary>A patient stays at the hospital where an earlier run registered her.</summary>
    /// <exception cref="SampleException">The data directory has patients who are not in this input: their data would go into the
    /// computations, and there would be nothing to compare with.</exception>
    private static void AssignHospitals(Scene scene)
    {
        Dictionary<string, Member> members = scene.Members.ToDictionary(member => member.Id, StringComparer.Ordinal);
        int strangers = 0;
        foreach ((string hospital, AccountChainClient client) in scene.Network.Accounts)
        {
            foreach (string handle in client.PatientHandles())
            {
                if (members.TryGetValue(handle, out Member? member))
                {
                    member.Hospital = hospital;
                }
                else
                {
                    strangers++;
                }
            }
        }

        if (strangers > 0)
        {
            throw new SampleException(
                $"The data directory '{scene.DataDirectory}' has {strangers} patients who are not in this input; "
                + "give the input it was filled from, or another directory.");
        }
    }
}
