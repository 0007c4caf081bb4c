using MedChain.Core;
using MedChain.Core.Clients;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts.Audit;

namespace MedChain.Samples.PatientControl.Scenes;

/// <summary>The network that the scenes play on: two institutions and a research chain, with four validators each, in this
/// process.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const string Hospital = "st-mary";
    public const string Practice = "north-clinic";

    private readonly List<IDisposable> _people = [];

    private Stage(MedChainNetwork network, CancellationToken cancellation)
    {
        Network = network;
        Cancellation = cancellation;
    }

    public MedChainNetwork Network { get; }

    public CancellationToken Cancellation { get; }

    public AccountChainClient Clinic => Network.Accounts[Hospital];

    public static async Task<Stage> OpenAsync(CancellationToken cancellation)
    {
        MedChainNetwork network = await MedChainNetwork.StartAsync(
            new MedChainNetworkOptions
            {
                AccountChains = [Hospital, Practice],
                Software = new ActingSoftware("patient-control", "1.0"),
            },
            cancellation);
        return new Stage(network, cancellation);
    }

    /// <summary>A person who is there until the end.</summary>
    public T Keep<T>(T person)
        where T : IDisposable
    {
        _people.Add(person);
        return person;
    }

    public async Task<Patient> PatientAsync(string handle, string chain = Hospital) =>
        Keep(await Network.Accounts[chain].RegisterPatientAsync(handle, Cancellation));

    public async Task<Practitioner> ClinicianAsync(string handle, params string[] roles) =>
        Keep(await Clinic.RegisterPractitionerAsync(handle, roles, Cancellation));

    /// <summary>The permission of most scenes: the hospital's clinicians may read one category to treat the patient, for a week.</summary>
    public static GrantParameters Treatment(string category, params string[] withheld) => new()
    {
        Organization = Hospital,
        Category = category,
        WithheldLabels = [.. withheld],
        Until = DateTimeOffset.UtcNow.AddDays(7),
    };

    public static async Task<List<AuditEntry>> TrailOfAsync(IAsyncEnumerable<AuditEntry> trail)
    {
        List<AuditEntry> entries = [];
        await foreach (AuditEntry entry in trail)
        {
            entries.Add(entry);
        }

        return entries;
    }

    public async ValueTask DisposeAsync()
    {
        _people.ForEach(p => p.Dispose());
        await Network.DisposeAsync();
    }
}
