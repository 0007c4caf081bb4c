namespace MedChain.Core.Contracts.Building;

/// <summary>The purposes of use that permissions name most, as entities.</summary>
public static class Purpose
{
    /// <summary>Gets treatment: TREAT.</summary>
    public static EntityUid Treatment => Of("TREAT");

    /// <summary>Gets emergency treatment: ETREAT.</summary>
    public static EntityUid EmergencyTreatment => Of("ETREAT");

    /// <summary>Gets health research: HRESCH.</summary>
    public static EntityUid Research => Of("HRESCH");

    /// <summary>Gets clinical trials: CLINTRCH.</summary>
    public static EntityUid ClinicalTrial => Of("CLINTRCH");

    /// <summary>Gets payment for care: HPAYMT.</summary>
    public static EntityUid Payment => Of("HPAYMT");

    /// <summary>Gets public health: PUBHLTH.</summary>
    public static EntityUid PublicHealth => Of("PUBHLTH");

    /// <summary>Gets what the patient asked for: PATRQT.</summary>
    public static EntityUid PatientRequest => Of("PATRQT");

    /// <summary>Another purpose.</summary>
    /// <param name="code">A code of HL7 v3 ActReason.</param>
    /// <returns>The entity.</returns>
    public static EntityUid Of(string code) => new("Purpose", code);
}
