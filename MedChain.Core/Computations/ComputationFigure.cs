using System.Globalization;
using MedChain.Core.Encoding;

namespace MedChain.Core.Computations;

/// <summary>One number of a result.</summary>
public sealed record ComputationFigure : ICanonical<ComputationFigure>
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxNameLength = 96;

    private ComputationFigure(string name, string value, bool isCount)
    {
        Name = name;
        Value = value;
        IsCount = isCount;
    }

    /// <summary>Gets the name, different for every figure of a result: <c>mean</c>, the lower edge of a bin, a code.</summary>
    public string Name { get; }

    /// <summary>Gets the exact number in decimal digits, without an exponent and without zeros at the end of a fraction.</summary>
    public string Value { get; }

    /// <summary>Gets whether this is a number of patients, to which the rules for small counts apply.</summary>
    public bool IsCount { get; }

    /// <summary>Makes a number of patients.</summary>
    /// <param name="name">1 to <see cref="MaxNameLength"/> printable ASCII characters.</param>
    /// <param name="count">0 or more.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">The name has another form, or the count is negative.</exception>
    public static ComputationFigure Count(string name, long count) =>
        Checked(name, count.ToString(CultureInfo.InvariantCulture), isCount: true);

    /// <summary>Makes a number that counts no patients: a mean, a sum, a variance.</summary>
    /// <param name="name">1 to <see cref="MaxNameLength"/> printable ASCII characters.</param>
    /// <param name="value">The number, written as <see cref="Value"/> says.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">The name or the number has another form.</exception>
    public static ComputationFigure Amount(string name, string value) => Checked(name, value, isCount: false);

    /// <summary>Name and value.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Name} = {Value}";

    void ICanonical<ComputationFigure>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Name);
        writer.Write(Value);
        writer.Write(IsCount);
    }

    static ComputationFigure ICanonical<ComputationFigure>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        string name = reader.ReadString(MaxNameLength);
        string value = reader.ReadString(ExactDecimal.MaxTextLength);
        bool isCount = reader.ReadBoolean();
        return Complaint(name, value, isCount) is { } complaint
            ? throw new MalformedDataException(complaint)
            : new ComputationFigure(name, value, isCount);
    }

    private static ComputationFigure Checked(string name, string value, bool isCount)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        return Complaint(name, value, isCount) is { } complaint
            ? throw new ArgumentException(complaint)
            : new ComputationFigure(name, value, isCount);
    }

    private static string? Complaint(string name, string value, bool isCount)
    {
        if (name.Length is 0 or > MaxNameLength || name.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return $"A figure's name of {name.Length} characters; give 1 to {MaxNameLength} printable ASCII characters.";
        }

        if (!ExactDecimal.IsCanonical(value))
        {
            return $"The value of figure '{name}' is no decimal number in its shortest form.";
        }

        return isCount && !(long.TryParse(value, CultureInfo.InvariantCulture, out long count) && count >= 0)
            ? $"The value {value} of figure '{name}' counts no patients; a count is an integer of 0 or more."
            : null;
    }
}
