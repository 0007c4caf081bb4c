namespace MedChain.Core.Contracts.Cedar.Evaluation;

/// <summary>Reads the texts of moments (Cedar RFC 80): fixed widths, the proleptic Gregorian calendar, years 0000 to 9999.</summary>
internal static class DateTimeText
{
    /// <summary>The first moment of year 1, where <see cref="DateTime"/> begins.</summary>
    public const long FirstPrintable = -62_135_596_800_000;

    /// <summary>The last millisecond of year 9999.</summary>
    public const long LastPrintable = 253_402_300_799_999;

    private const int DateLength = 10;
    private const int SecondsLength = 19;
    private const int MillisecondsLength = 23;

    public static bool TryRead(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length < DateLength || !TryReadDate(text[..DateLength], out long days))
        {
            return false;
        }

        milliseconds = days * 86_400_000;
        if (text.Length == DateLength)
        {
            return true;
        }

        if (text.Length <= SecondsLength || !TryReadTime(text[DateLength..SecondsLength], out long time))
        {
            return false;
        }

        milliseconds += time;
        ReadOnlySpan<char> rest = text[SecondsLength..];
        if (rest[0] == '.')
        {
            if (text.Length <= MillisecondsLength || !TryReadNumber(rest[1..4], 999, out int fraction))
            {
                return false;
            }

            milliseconds += fraction;
            rest = text[MillisecondsLength..];
        }

        if (!TryReadZone(rest, out long offset))
        {
            return false;
        }

        milliseconds -= offset;
        return true;
    }

    private static bool TryReadDate(ReadOnlySpan<char> text, out long days)
    {
        days = 0;
        if (text[4] != '-' || text[7] != '-' || !TryReadNumber(text[..4], 9999, out int year)
            || !TryReadNumber(text[5..7], 12, out int month) || !TryReadNumber(text[8..10], 31, out int day)
            || month < 1 || day < 1 || day > DaysInMonth(year, month))
        {
            return false;
        }

        // Days before a year that starts in March, so that the leap day is the last of its year.
        int shifted = month <= 2 ? year - 1 : year;
        int monthFromMarch = (month + 9) % 12;
        int century = (shifted - (shifted < 0 ? 99 : 0)) / 100;
        long quarter = (shifted - (shifted < 0 ? 3 : 0)) / 4;
        long fourCenturies = (shifted - (shifted < 0 ? 399 : 0)) / 400;
        days = (365L * shifted) + quarter - century + fourCenturies + (((153 * monthFromMarch) + 2) / 5) + day - 1 - 719_468;
        return true;
    }

    private static bool TryReadTime(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text[0] != 'T' || text[3] != ':' || text[6] != ':' || !TryReadNumber(text[1..3], 23, out int hours)
            || !TryReadNumber(text[4..6], 59, out int minutes) || !TryReadNumber(text[7..9], 59, out int seconds))
        {
            return false;
        }

        milliseconds = ((((hours * 60L) + minutes) * 60) + seconds) * 1000;
        return true;
    }

    private static bool TryReadZone(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text is "Z")
        {
            return true;
        }

        if (text.Length != 5 || text[0] is not ('+' or '-') || !TryReadNumber(text[1..3], 23, out int hours)
            || !TryReadNumber(text[3..5], 59, out int minutes))
        {
            return false;
        }

        milliseconds = ((hours * 60L) + minutes) * 60_000 * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, int max, out int value)
    {
        bool read = CheckedNumbers.TryReadDigits(text, out long number);
        value = (int)Math.Min(number, int.MaxValue);
        return read && number <= max;
    }

    private static int DaysInMonth(int year, int month)
    {
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return month switch
        {
            2 => leap ? 29 : 28,
            4 or 6 or 9 or 11 => 30,
            _ => 31,
        };
    }
}
