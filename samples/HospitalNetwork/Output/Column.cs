namespace MedChain.Samples.HospitalNetwork.Output;

/// <summary>A column of a table.</summary>
/// <param name="Key">The property's name for scripts.</param>
/// <param name="Header">The header for people; empty for a column that only scripts get.</param>
internal sealed record Column(string Key, string Header)
{
    public bool IsForScriptsOnly => Header.Length == 0;
}
