namespace MedChain.Samples.HospitalNetwork.Options;

/// <summary>What the command line asks for.</summary>
internal sealed record SampleOptions
{
    public const int DefaultPatients = 60;
    public const ulong DefaultSeed = 1;

    /// <summary>Gets the folder of the network's files; <see langword="null"/> for a temporary one.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Gets the folder of FHIR Bundles; <see langword="null"/> when patients are invented or a cohort is given.</summary>
    public string? Bundles { get; init; }

    /// <summary>Gets how many patients are invented.</summary>
    public int Patients { get; init; } = DefaultPatients;

    /// <summary>Gets what the invented patients follow from.</summary>
    public ulong Seed { get; init; } = DefaultSeed;

    /// <summary>Gets the file with one resource a line; <see langword="null"/> without.</summary>
    public string? Cohort { get; init; }

    /// <summary>Gets the file of the cohort's expected figures; given when <see cref="Cohort"/> is.</summary>
    public string? Oracle { get; init; }

    /// <summary>Gets whether one JSON document is printed instead of text.</summary>
    public bool Json { get; init; }

    /// <summary>Gets whether only the help is printed.</summary>
    public bool Help { get; init; }
}
