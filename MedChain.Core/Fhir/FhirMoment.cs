using System.Globalization;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile.Rules;

namespace MedChain.Core.Fhir;

/// <summary>A FHIR dateTime as the span of time that it may mean. A date without time zone is a day somewhere on Earth, from UTC-12 to
/// UTC+14.</summary>
/// <param name="First">First millisecond of the span, in the zone given or in UTC.</param>
/// <param name="After">First millisecond after it.</param>
/// <param name="HasZone">Whether a time zone is given.</param>
internal readonly record struct FhirMoment(long First, long After, bool HasZone)
{
    private const long MillisecondsPerHour = 3_600_000;

    /// <summary>How much earlier and later the span may be in another zone.</summary>
    private long Earlier => HasZone ? 0 : 14 * MillisecondsPerHour;

    private long Later => HasZone ? 0 : 12 * MillisecondsPerHour;

    /// <summary>The condition that the time in <paramref name="subject"/> is not before this start.</summary>
    public Bounds From(string subject) =>
        new($"{subject} >= {new DateTimeValue(First + Later)}", $"{subject} >= {new DateTimeValue(First - Earlier)}");

    /// <summary>The condition that the time in <paramref name="subject"/> is not after this end.</summary>
    public Bounds Until(string subject) =>
        new($"{subject} < {new DateTimeValue(After - Earlier)}", $"{subject} < {new DateTimeValue(After + Later)}");

    /// <summary>Reads YYYY, YYYY-MM, YYYY-MM-DD, or a moment with seconds and time zone.</summary>
    public static bool TryParse(string text, out FhirMoment moment)
    {
        moment = default;
        bool isMoment = text.Contains('T', StringComparison.Ordinal);
        string[] forms = isMoment
            ? ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"]
            : ["yyyy", "yyyy-MM", "yyyy-MM-dd"];
        bool hasZone = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-');
        if (isMoment != hasZone && isMoment)
        {
            return false;
        }

        if (!DateTimeOffset.TryParseExact(
                text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset start)
            || start.Year is < 2 or > 9998)
        {
            return false;
        }

        DateTimeOffset end = text.Length switch
        {
            4 => start.AddYears(1),
            7 => start.AddMonths(1),
            10 => start.AddDays(1),
            _ when text.Contains('.', StringComparison.Ordinal) => start.AddMilliseconds(1),
            _ => start.AddSeconds(1),
        };
        moment = new FhirMoment(start.ToUnixTimeMilliseconds(), end.ToUnixTimeMilliseconds(), isMoment);
        return true;
    }
}
