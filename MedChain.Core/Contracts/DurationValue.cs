using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MedChain.Core.Contracts.Cedar.Evaluation;

namespace MedChain.Core.Contracts;

/// <summary>A length of time in milliseconds; it may be negative.</summary>
/// <param name="milliseconds">The milliseconds.</param>
public sealed class DurationValue(long milliseconds) : CedarValue
{
    private static readonly (string Suffix, long Milliseconds)[] Units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    /// <summary>Gets the milliseconds.</summary>
    public long Milliseconds { get; } = milliseconds;

    /// <inheritdoc/>
    internal override string TypeName => "duration";

    /// <inheritdoc/>
    internal override int Rank => 9;

    /// <inheritdoc/>
    internal override long Number => Milliseconds;

    /// <summary>Reads a duration such as <c>1d2h3m4s5ms</c>: an optional minus, then at least one number with its unit, larger units
    /// first, each at most once.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The duration, or <see langword="null"/>.</param>
    /// <returns>Whether the text has that form and the sum is in range.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DurationValue? value)
    {
        value = null;
        ReadOnlySpan<char> rest = text;
        bool negative = rest.StartsWith("-", StringComparison.Ordinal);
        rest = negative ? rest[1..] : rest;
        Int128 total = 0;
        int nextUnit = 0;
        if (rest.IsEmpty)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits < 1 || !TryReadCount(rest[..digits], negative, out Int128 count))
            {
                return false;
            }

            rest = rest[digits..];
            int letters = rest.IndexOfAnyInRange('0', '9');
            ReadOnlySpan<char> suffix = letters < 0 ? rest : rest[..letters];
            while (nextUnit < Units.Length && !suffix.SequenceEqual(Units[nextUnit].Suffix))
            {
                nextUnit++;
            }

            if (nextUnit == Units.Length)
            {
                return false;
            }

            total += count * Units[nextUnit].Milliseconds;
            nextUnit++;
            rest = rest[suffix.Length..];
        }

        value = CheckedNumbers.TryNarrow(total, out long milliseconds) ? new DurationValue(milliseconds) : null;
        return value is not null;
    }

    /// <inheritdoc/>
    public override int GetHashCode() => Milliseconds.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"duration(\"{Milliseconds}ms\")");

    /// <summary>How many whole units of so many milliseconds, towards zero.</summary>
    internal LongValue In(long unit) => new(Milliseconds / unit);

    /// <inheritdoc/>
    private protected override int CompareSameKind(CedarValue other) => Milliseconds.CompareTo(((DurationValue)other).Milliseconds);

    private static bool TryReadCount(ReadOnlySpan<char> digits, bool negative, out Int128 count)
    {
        count = 0;
        foreach (char digit in digits)
        {
            count = (count * 10) + (digit - '0');
            if (count > (Int128)long.MaxValue + 1)
            {
                return false;
            }
        }

        count = negative ? -count : count;
        return CheckedNumbers.TryNarrow(count, out _);
    }
}
