using System.Collections.Immutable;
using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Primitives;
using MedChain.Samples.HospitalNetwork.Direct;
using MedChain.Samples.HospitalNetwork.Input;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>A patient of the scenario: her input, her hospital, what she permits, and her side of the network.</summary>
internal sealed class Member(PatientInput input, PermissionPlan plan)
{
    private PatientFacts? _facts;
    private Patient? _patient;

    public string Id => input.Id;

    public string Handle => input.Handle;

    public PermissionPlan Plan => plan;

    /// <summary>Gets or sets the hospital that keeps her account; set before she is registered.</summary>
    public string Hospital { get; set; } = "";

    /// <summary>Gets what the direct figures need of her input.</summary>
    public PatientFacts Facts => _facts ??= PatientFacts.Read(input);

    /// <summary>Gets her records in the order in which they are stored, which tells an interrupted run what is missing.</summary>
    public ImmutableArray<(string Category, byte[] Content)> Records { get; } =
        input.Laboratory is null
            ? [(Computation.Clinical, input.Clinical)]
            : [(Computation.Clinical, input.Clinical), (Computation.Laboratory, input.Laboratory)];

    /// <summary>Gets her side of the network; replaced when the network starts again.</summary>
    public Patient Patient => _patient ?? throw new InvalidOperationException($"Patient {Handle} is not registered yet.");

    /// <summary>Gets her grant in force, if she has one.</summary>
    public Digest? Grant => Patient.Grants is [Digest grant, ..] ? grant : null;

    public long Bytes => Records.Sum(record => (long)record.Content.Length);

    public byte[]? Content(string category) => Records.FirstOrDefault(record => record.Category == category).Content;

    public void Connect(Patient patient)
    {
        Disconnect();
        _patient = patient;
    }

    public void Disconnect()
    {
        _patient?.Dispose();
        _patient = null;
    }
}
