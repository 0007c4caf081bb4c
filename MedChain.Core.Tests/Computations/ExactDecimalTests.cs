using System.Numerics;
using CsCheck;
using MedChain.Core.Computations;
using NUnit.Framework;

namespace MedChain.Core.Tests.Computations;

[TestFixture]
public sealed class ExactDecimalTests
{
    [TestCase("0", "0")]
    [TestCase("-0", "0")]
    [TestCase("-0.0e5", "0")]
    [TestCase("12.50", "12.5")]
    [TestCase("-1.25E2", "-125")]
    [TestCase("1e-18", "0.000000000000000001")]
    [TestCase("1e-19", "0")]
    [TestCase("0.1234567890123456789", "0.123456789012345678")]
    [TestCase("999999999999999999.999999999999999999", "999999999999999999.999999999999999999")]
    [TestCase("0.0000000000000000000000001e42", "100000000000000000")]
    [TestCase("0e99999999999999999999", "0")]
    [TestCase("1e-99999999999999999999", "0")]
    [TestCase("40.676850900459485", "40.676850900459485")]
    public void Number_is_read_digit_by_digit(string json, string expected)
    {
        bool read = ExactDecimal.TryParse(System.Text.Encoding.ASCII.GetBytes(json), out Int128 scaled);

        Assert.That(read);
        Assert.That(ExactDecimal.Format(scaled, ExactDecimal.FractionDigits), Is.EqualTo(expected));
    }

    [TestCase("1000000000000000000")]
    [TestCase("-1000000000000000000")]
    [TestCase("1e18")]
    [TestCase("0.1e19")]
    [TestCase("9.99e18")]
    [TestCase("1e99999999999999999999")]
    public void Number_of_19_digits_is_refused(string json) =>
        Assert.That(ExactDecimal.TryParse(System.Text.Encoding.ASCII.GetBytes(json), out _), Is.False);

    [Test]
    public void Every_decimal_is_read_as_itself() => Gen.Select(Gen.Long[-99_999_999, 99_999_999], Gen.Int[0, 18], Gen.Int[-5, 5])
        .Sample((digits, fraction, exponent) =>
        {
            string mantissa = ExactDecimal.Format(digits, fraction);
            bool read = ExactDecimal.TryParse(System.Text.Encoding.ASCII.GetBytes($"{mantissa}e{exponent}"), out Int128 scaled);
            int power = exponent - fraction + ExactDecimal.FractionDigits;
            BigInteger expected = power >= 0
                ? digits * BigInteger.Pow(10, power)
                : BigInteger.Divide(digits, BigInteger.Pow(10, -power));
            return read == (BigInteger.Abs(expected) < BigInteger.Pow(10, 36)) && (!read || scaled == expected);
        });

    [TestCase(5, 2, 2)]
    [TestCase(7, 2, 4)]
    [TestCase(-5, 2, -2)]
    [TestCase(-7, 2, -4)]
    [TestCase(-1, 2, 0)]
    [TestCase(-2, 3, -1)]
    [TestCase(8, 3, 3)]
    [TestCase(7, 3, 2)]
    public void Division_rounds_to_nearest_and_ties_to_even(int numerator, int denominator, int expected) =>
        Assert.That(ExactDecimal.DivideHalfEven(numerator, denominator), Is.EqualTo((BigInteger)expected));

    [Test]
    public void Formatted_number_is_canonical() => Gen.Select(Gen.Long, Gen.Int[0, 20])
        .Sample((number, fraction) => ExactDecimal.IsCanonical(ExactDecimal.Format(number, fraction)));

    [TestCase("")]
    [TestCase("-")]
    [TestCase("-0")]
    [TestCase("01")]
    [TestCase("1.")]
    [TestCase("1.0")]
    [TestCase(".5")]
    [TestCase("+1")]
    [TestCase("1e3")]
    [TestCase("1,5")]
    [TestCase("--1")]
    [TestCase("NaN")]
    public void Text_in_another_form_is_not_canonical(string text) => Assert.That(ExactDecimal.IsCanonical(text), Is.False);
}
