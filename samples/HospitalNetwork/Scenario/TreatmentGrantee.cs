namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>Who may read a patient's records to treat her.</summary>
internal enum TreatmentGrantee
{
    /// <summary>Nobody.</summary>
    None,

    /// <summary>Every clinician of her hospital.</summary>
    Hospital,

    /// <summary>One clinician of her hospital.</summary>
    OneClinician,
}
