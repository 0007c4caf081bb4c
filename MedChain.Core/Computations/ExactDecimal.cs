using System.Globalization;
using System.Numerics;

namespace MedChain.Core.Computations;

/// <summary>Decimal numbers as integers in units of 10^-18: sums of them are exact, so no order of adding can change a result.</summary>
internal static class ExactDecimal
{
    /// <summary>Fractional digits that are kept of a number that is read.</summary>
    public const int FractionDigits = 18;

    /// <summary>Numbers of 10^18 and more are refused.</summary>
    public const int MaxIntegerDigits = 18;

    /// <summary>Longest text of a number that <see cref="IsCanonical"/> accepts.</summary>
    public const int MaxTextLength = 96;

    // Far beyond any power that matters, and far from overflow when digits are counted on top of it.
    private const int MaxExponent = 1_000_000_000;

    private static readonly Int128 Limit = PowerOfTen(MaxIntegerDigits + FractionDigits);

    /// <summary>Reads a number in JSON's grammar (RFC 8259, section 6) without going through a float.</summary>
    /// <param name="json">The number's text, already known to be a JSON number.</param>
    /// <param name="scaled">The number times 10^18; digits further behind are cut off.</param>
    /// <returns><see langword="false"/> if the number is 10^18 or more, or -10^18 or less.</returns>
    public static bool TryParse(ReadOnlySpan<byte> json, out Int128 scaled)
    {
        bool negative = json[0] == '-';
        ReadOnlySpan<byte> number = negative ? json[1..] : json;
        int mark = number.IndexOfAny((byte)'e', (byte)'E');
        ReadOnlySpan<byte> digits = mark < 0 ? number : number[..mark];
        int point = digits.IndexOf((byte)'.');
        // Place of the digit at hand: it counts 10^place units.
        long place = (mark < 0 ? 0 : ParseExponent(number[(mark + 1)..])) + (point < 0 ? digits.Length : point) - 1L + FractionDigits;
        scaled = 0;
        foreach (byte digit in digits)
        {
            if (digit == '.')
            {
                continue;
            }

            if (place < 0)
            {
                break;
            }

            scaled = (scaled * 10) + (digit - '0');
            place--;
            if (scaled >= Limit)
            {
                return false;
            }
        }

        if (scaled != 0 && place >= 0)
        {
            // The last digit read counts 10^(place + 1) units.
            if (place + 1 >= MaxIntegerDigits + FractionDigits || scaled >= Limit / PowerOfTen((int)place + 1))
            {
                return false;
            }

            scaled *= PowerOfTen((int)place + 1);
        }

        scaled = negative ? -scaled : scaled;
        return true;
    }

    /// <summary>Writes an integer of units of 10^-<paramref name="fractionDigits"/> in the one canonical form: no exponent, no zeros at the
    /// end of a fraction, no minus before zero.</summary>
    public static string Format(BigInteger scaled, int fractionDigits)
    {
        string digits = BigInteger.Abs(scaled).ToString(CultureInfo.InvariantCulture).PadLeft(fractionDigits + 1, '0');
        string fraction = digits[^fractionDigits..].TrimEnd('0');
        string sign = scaled.Sign < 0 ? "-" : "";
        return fraction.Length == 0 ? $"{sign}{digits[..^fractionDigits]}" : $"{sign}{digits[..^fractionDigits]}.{fraction}";
    }

    /// <summary>Says whether <see cref="Format"/> could have written a text.</summary>
    public static bool IsCanonical(string text)
    {
        if (text.Length is 0 or > MaxTextLength)
        {
            return false;
        }

        ReadOnlySpan<char> digits = text[0] == '-' ? text.AsSpan(1) : text;
        int point = digits.IndexOf('.');
        ReadOnlySpan<char> integer = point < 0 ? digits : digits[..point];
        ReadOnlySpan<char> fraction = point < 0 ? default : digits[(point + 1)..];
        return integer.Length > 0
            && !integer.ContainsAnyExceptInRange('0', '9')
            && (integer.Length == 1 || integer[0] != '0')
            && !fraction.ContainsAnyExceptInRange('0', '9')
            && (point < 0 || (fraction.Length > 0 && fraction[^1] != '0'))
            && text is not "-0";
    }

    /// <summary>Divides and rounds to the nearest integer, a tie to the even one.</summary>
    /// <param name="numerator">Any number.</param>
    /// <param name="denominator">Above 0.</param>
    public static BigInteger DivideHalfEven(BigInteger numerator, BigInteger denominator)
    {
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger remainder);
        int side = (BigInteger.Abs(remainder) * 2).CompareTo(denominator);
        return side > 0 || (side == 0 && !quotient.IsEven) ? quotient + numerator.Sign : quotient;
    }

    public static Int128 PowerOfTen(int exponent)
    {
        Int128 power = 1;
        for (int i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }

    private static long ParseExponent(ReadOnlySpan<byte> text)
    {
        bool negative = text[0] == '-';
        long exponent = 0;
        foreach (byte digit in text[0] is (byte)'-' or (byte)'+' ? text[1..] : text)
        {
            exponent = Math.Min((exponent * 10) + (digit - '0'), MaxExponent);
        }

        return negative ? -exponent : exponent;
    }
}
