namespace MedChain.Core.Primitives;

/// <summary>Place in the order that consensus decides, counted from 1; 0 is before the first.</summary>
/// <param name="Value">0 or more.</param>
public readonly record struct SlotNumber(long Value) : IComparable<SlotNumber>
{
    /// <summary>The one after this.</summary>
    public SlotNumber Next => new(Value + 1);

    /// <inheritdoc/>
    public int CompareTo(SlotNumber other) => Value.CompareTo(other.Value);

    /// <summary>Orders by number.</summary>
    public static bool operator <(SlotNumber left, SlotNumber right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(SlotNumber left, SlotNumber right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(SlotNumber left, SlotNumber right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(SlotNumber left, SlotNumber right) => left.Value >= right.Value;

    /// <summary>The number in decimal digits.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
