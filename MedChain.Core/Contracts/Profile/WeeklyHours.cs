using System.Collections.Immutable;
using System.Globalization;

namespace MedChain.Core.Contracts.Profile;

/// <summary>Hours that come again every week, by block time in a fixed zone. Summer time is not known.</summary>
public sealed record WeeklyHours
{
    private const long DayMinutes = 24 * 60;
    private const long WeekMinutes = 7 * DayMinutes;

    /// <summary>Gets Saturday and Sunday in UTC.</summary>
    public static WeeklyHours Weekend { get; } = new() { Days = [DayOfWeek.Saturday, DayOfWeek.Sunday] };

    /// <summary>Gets the days; at least one.</summary>
    public required ImmutableArray<DayOfWeek> Days { get; init; }

    /// <summary>Gets when the hours begin on each of the days, to the minute; default midnight.</summary>
    public TimeOnly From { get; init; }

    /// <summary>Gets when they end, to the minute; default, like anything not later than <see cref="From"/>, is at that time of the next
    /// day.</summary>
    public TimeOnly Until { get; init; }

    /// <summary>Gets how far the zone is ahead of UTC, to the minute, at most 14 hours; default UTC.</summary>
    public TimeSpan UtcOffset { get; init; }

    /// <summary>What is wrong with it; <see langword="null"/> for nothing.</summary>
    internal string? Problem() =>
        Days.IsDefaultOrEmpty || Days.Any(day => !Enum.IsDefined(day)) ? "Weekly hours need at least one day of the week."
        : UtcOffset.Duration() > TimeSpan.FromHours(14) ? $"A zone is at most 14 hours from UTC, not {UtcOffset}."
        : null;

    /// <summary>The hours as a condition on a duration since Monday, 00:00 UTC.</summary>
    internal string ToCedar(string subject)
    {
        long length = Minutes(Until) - Minutes(From);
        length = length > 0 ? length : length + DayMinutes;
        IEnumerable<string> parts = Days.Distinct().Select(day => ((int)day + 6) % 7).Order().SelectMany(day =>
        {
            long start = (day * DayMinutes) + Minutes(From) - (UtcOffset.Ticks / TimeSpan.TicksPerMinute);
            start = ((start % WeekMinutes) + WeekMinutes) % WeekMinutes;
            long end = start + length;
            return end <= WeekMinutes
                ? [Between(subject, start, end)]
                : new[] { Between(subject, start, WeekMinutes), Between(subject, 0, end - WeekMinutes) };
        });
        return $"({string.Join(" || ", parts)})";
    }

    private static long Minutes(TimeOnly time) => (time.Hour * 60) + time.Minute;

    private static string Between(string subject, long start, long end) => string.Create(
        CultureInfo.InvariantCulture, $"({subject} >= duration(\"{start}m\") && {subject} < duration(\"{end}m\"))");
}
