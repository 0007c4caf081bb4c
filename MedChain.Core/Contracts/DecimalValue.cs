using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MedChain.Core.Contracts.Cedar.Evaluation;

namespace MedChain.Core.Contracts;

/// <summary>A decimal number with four digits after the point, from -922337203685477.5808 to 922337203685477.5807.</summary>
/// <param name="tenThousandths">The number times 10,000.</param>
public sealed class DecimalValue(long tenThousandths) : CedarValue
{
    private const int Digits = 4;
    private const long Scale = 10_000;

    /// <summary>Gets the number times 10,000.</summary>
    public long TenThousandths { get; } = tenThousandths;

    /// <inheritdoc/>
    internal override string TypeName => "decimal";

    /// <inheritdoc/>
    internal override int Rank => 6;

    /// <inheritdoc/>
    internal override long Number => TenThousandths;

    /// <summary>Reads a number: an optional minus, digits, a point, and one to four digits.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The number, or <see langword="null"/>.</param>
    /// <returns>Whether the text is such a number and in range.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out DecimalValue? value)
    {
        value = null;
        ReadOnlySpan<char> rest = text;
        bool negative = rest.StartsWith("-", StringComparison.Ordinal);
        rest = negative ? rest[1..] : rest;
        int point = rest.IndexOf('.');
        if (point < 1 || rest.Length - point - 1 is < 1 or > Digits
            || !CheckedNumbers.TryReadDigits(rest[..point], out long whole)
            || !CheckedNumbers.TryReadDigits(rest[(point + 1)..], out long part))
        {
            return false;
        }

        for (int digits = rest.Length - point - 1; digits < Digits; digits++)
        {
            part *= 10;
        }

        Int128 scaled = ((Int128)whole * Scale) + part;
        if (!CheckedNumbers.TryNarrow(negative ? -scaled : scaled, out long result))
        {
            return false;
        }

        value = new DecimalValue(result);
        return true;
    }

    /// <inheritdoc/>
    public override int GetHashCode() => TenThousandths.GetHashCode();

    /// <inheritdoc/>
    public override string ToString()
    {
        Int128 magnitude = Int128.Abs(TenThousandths);
        string sign = TenThousandths < 0 ? "-" : "";
        return string.Create(CultureInfo.InvariantCulture, $"decimal(\"{sign}{magnitude / Scale}.{(long)(magnitude % Scale):d4}\")");
    }

    /// <inheritdoc/>
    private protected override int CompareSameKind(CedarValue other) => TenThousandths.CompareTo(((DecimalValue)other).TenThousandths);
}
