namespace MedChain.Samples.HospitalNetwork.Output;

/// <summary>Makes texts of any origin fit to print.</summary>
internal static class PlainText
{
    /// <summary>Replaces line breaks and control characters, which could forge lines or move a terminal's cursor.</summary>
    public static string OneLine(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c))
        : text;
}
