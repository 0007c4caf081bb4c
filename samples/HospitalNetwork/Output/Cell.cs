using System.Collections.Immutable;
using System.Globalization;

namespace MedChain.Samples.HospitalNetwork.Output;

/// <summary>A value of a table: text for people, of its own type for scripts.</summary>
internal abstract record Cell
{
    private const int ShownTexts = 8;

    private Cell()
    {
    }

    public static implicit operator Cell(string value) => new Text(value);

    public static implicit operator Cell(long value) => new Whole(value);

    public static implicit operator Cell(double value) => new Real(value);

    public static implicit operator Cell(bool value) => new Flag(value);

    public static implicit operator Cell(ImmutableArray<string> value) => new Texts(value);

    public sealed record Text(string Value) : Cell
    {
        public override string ToString() => Value;
    }

    public sealed record Whole(long Value) : Cell
    {
        public override string ToString() => Value.ToString("N0", CultureInfo.InvariantCulture);
    }

    public sealed record Real(double Value) : Cell
    {
        public override string ToString() => Value.ToString("0.############", CultureInfo.InvariantCulture);
    }

    public sealed record Flag(bool Value) : Cell
    {
        public override string ToString() => Value ? "yes" : "no";
    }

    /// <summary>No value.</summary>
    public sealed record Nothing : Cell
    {
        public override string ToString() => "";
    }

    /// <summary>Several texts; people see the first few, scripts all.</summary>
    public sealed record Texts(ImmutableArray<string> Values) : Cell
    {
        public override string ToString() => Values.Length <= ShownTexts
            ? string.Join(' ', Values)
            : $"{string.Join(' ', Values.Take(ShownTexts))} and {Values.Length - ShownTexts} more";
    }
}
