using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MedChain.Core.Contracts.Cedar.Evaluation;

namespace MedChain.Core.Contracts;

/// <summary>A moment, in milliseconds since 1970-01-01T00:00:00Z without leap seconds; negative before it.</summary>
/// <param name="milliseconds">Milliseconds since the Unix epoch.</param>
public sealed class DateTimeValue(long milliseconds) : CedarValue
{
    private const long MillisecondsPerDay = 86_400_000;

    /// <summary>Gets the milliseconds since the Unix epoch.</summary>
    public long Milliseconds { get; } = milliseconds;

    /// <inheritdoc/>
    internal override string TypeName => "datetime";

    /// <inheritdoc/>
    internal override int Rank => 8;

    /// <inheritdoc/>
    internal override long Number => Milliseconds;

    /// <summary>Reads <c>YYYY-MM-DD</c>, or that with <c>Thh:mm:ss</c>, optional <c>.SSS</c>, and <c>Z</c> or an offset
    /// <c>+hhmm</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The moment, or <see langword="null"/>.</param>
    /// <returns>Whether the text has one of these forms and names a day and a time that exist.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DateTimeValue? value)
    {
        value = DateTimeText.TryRead(text, out long milliseconds) ? new DateTimeValue(milliseconds) : null;
        return value is not null;
    }

    /// <inheritdoc/>
    public override int GetHashCode() => Milliseconds.GetHashCode();

    /// <summary>Cedar text: the date and time when the year has four digits, else an offset from the epoch.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        if (Milliseconds < DateTimeText.FirstPrintable || Milliseconds > DateTimeText.LastPrintable)
        {
            return string.Create(CultureInfo.InvariantCulture, $"datetime(\"1970-01-01\").offset(duration(\"{Milliseconds}ms\"))");
        }

        DateTime time = DateTime.UnixEpoch.AddTicks(Milliseconds * TimeSpan.TicksPerMillisecond);
        return string.Create(CultureInfo.InvariantCulture, $"datetime(\"{time:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\")");
    }

    internal DateTimeValue? Offset(DurationValue duration) =>
        CheckedNumbers.TryAdd(Milliseconds, duration.Milliseconds, out long sum) ? new DateTimeValue(sum) : null;

    internal DurationValue? DurationSince(DateTimeValue earlier) =>
        CheckedNumbers.TrySubtract(Milliseconds, earlier.Milliseconds, out long difference) ? new DurationValue(difference) : null;

    /// <summary>The start of the day, also for moments before the epoch.</summary>
    internal DateTimeValue? ToDate() =>
        CheckedNumbers.TrySubtract(Milliseconds, TimeOfDay(Milliseconds), out long start) ? new DateTimeValue(start) : null;

    internal DurationValue ToTime() => new(TimeOfDay(Milliseconds));

    /// <summary>Milliseconds since the start of the day, also before the epoch.</summary>
    internal static long TimeOfDay(long milliseconds) => ((milliseconds % MillisecondsPerDay) + MillisecondsPerDay) % MillisecondsPerDay;

    /// <inheritdoc/>
    private protected override int CompareSameKind(CedarValue other) => Milliseconds.CompareTo(((DateTimeValue)other).Milliseconds);
}
