namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>One patient as the network takes her in: the resources as they came, in one Bundle for each category of records.</summary>
/// <param name="Id">The identifier of her Patient resource.</param>
/// <param name="Clinical">A Bundle in UTF-8 with the Patient and everything that is not laboratory.</param>
/// <param name="Laboratory">A Bundle in UTF-8 with the Observations and DiagnosticReports; <see langword="null"/> if she has none.</param>
internal sealed record PatientInput(string Id, byte[] Clinical, byte[]? Laboratory)
{
    private const int HandleDigits = 8;

    /// <summary>Gets what to call her on a screen: the start of the identifier, never her name.</summary>
    public string Handle => Id.Length <= HandleDigits ? Id : Id[..HandleDigits];
}
