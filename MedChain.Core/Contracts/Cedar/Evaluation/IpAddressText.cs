using System.Globalization;

namespace MedChain.Core.Contracts.Cedar.Evaluation;

/// <summary>Reads the texts of addresses as Cedar does: one notation for each family, and nothing that two libraries could read
/// differently.</summary>
internal static class IpAddressText
{
    private const int Groups = 8;

    /// <summary>Says whether the text is digits only, at most so many, and without a leading zero unless it is "0".</summary>
    public static bool IsPlainNumber(ReadOnlySpan<char> text, int maxDigits) =>
        text.Length >= 1 && text.Length <= maxDigits && !text.ContainsAnyExceptInRange('0', '9') && (text.Length == 1 || text[0] != '0');

    public static bool TryRead4(ReadOnlySpan<char> text, out UInt128 bits)
    {
        bits = 0;
        int count = 0;
        foreach (Range part in text.Split('.'))
        {
            if (count == 4 || !IsPlainNumber(text[part], 3)
                || !byte.TryParse(text[part], NumberStyles.None, CultureInfo.InvariantCulture, out byte octet))
            {
                return false;
            }

            bits = (bits << 8) | octet;
            count++;
        }

        return count == 4;
    }

    public static bool TryRead6(ReadOnlySpan<char> text, out UInt128 bits)
    {
        bits = 0;
        int gap = text.IndexOf("::", StringComparison.Ordinal);
        if (gap < 0)
        {
            return TryReadGroups(text, out bits, out int all) && all == Groups;
        }

        // "::" stands for one group of zeros at least.
        if (!TryReadGroups(text[..gap], out UInt128 head, out int before)
            || !TryReadGroups(text[(gap + 2)..], out UInt128 tail, out int after)
            || before + after >= Groups)
        {
            return false;
        }

        bits = before == 0 ? tail : (head << (16 * (Groups - before))) | tail;
        return true;
    }

    private static bool TryReadGroups(ReadOnlySpan<char> text, out UInt128 bits, out int count)
    {
        bits = 0;
        count = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        foreach (Range part in text.Split(':'))
        {
            ReadOnlySpan<char> group = text[part];
            if (count == Groups || group.Length is 0 or > 4
                || !ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value))
            {
                return false;
            }

            bits = (bits << 16) | value;
            count++;
        }

        return true;
    }
}
