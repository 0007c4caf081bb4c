using System.Buffers;
using MedChain.Core.Encoding;

namespace MedChain.Core.Computations;

/// <summary>The form of a code of a terminology (LOINC, SNOMED CT and the like) wherever one is taken in.</summary>
internal static class ClinicalCode
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    public static bool IsValid(string code) =>
        code.Length is > 0 and <= Measurement.MaxCodeLength && !code.AsSpan().ContainsAnyExcept(Allowed);

    public static void Require(string code, string parameter)
    {
        ArgumentNullException.ThrowIfNull(code, parameter);
        if (!IsValid(code))
        {
            throw new ArgumentException(Complaint(code), parameter);
        }
    }

    public static string Read(ref CanonicalReader reader)
    {
        string code = reader.ReadString(Measurement.MaxCodeLength);
        return IsValid(code) ? code : throw new MalformedDataException(Complaint(code));
    }

    private static string Complaint(string code) =>
        $"A code of {code.Length} characters is none of a terminology; "
        + $"give 1 to {Measurement.MaxCodeLength} ASCII letters, digits, '-', '.' or '_'.";
}
