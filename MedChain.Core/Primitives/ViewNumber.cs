namespace MedChain.Core.Primitives;

/// <summary>Which leader consensus follows, counted from 0; a view change raises it.</summary>
/// <param name="Value">0 or more.</param>
public readonly record struct ViewNumber(long Value) : IComparable<ViewNumber>
{
    /// <summary>The one after this.</summary>
    public ViewNumber Next => new(Value + 1);

    /// <inheritdoc/>
    public int CompareTo(ViewNumber other) => Value.CompareTo(other.Value);

    /// <summary>Orders by number.</summary>
    public static bool operator <(ViewNumber left, ViewNumber right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(ViewNumber left, ViewNumber right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(ViewNumber left, ViewNumber right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(ViewNumber left, ViewNumber right) => left.Value >= right.Value;

    /// <summary>The number in decimal digits.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
