namespace MedChain.Core.Primitives;

/// <summary>Place of a block in its chain, counted from 1; 0 is the genesis, which is no stored block. Equal to the slot that decided
/// it.</summary>
/// <param name="Value">0 or more.</param>
public readonly record struct BlockHeight(long Value) : IComparable<BlockHeight>
{
    /// <summary>The one after this.</summary>
    public BlockHeight Next => new(Value + 1);

    /// <inheritdoc/>
    public int CompareTo(BlockHeight other) => Value.CompareTo(other.Value);

    /// <summary>Orders by number.</summary>
    public static bool operator <(BlockHeight left, BlockHeight right) => left.Value < right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >(BlockHeight left, BlockHeight right) => left.Value > right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator <=(BlockHeight left, BlockHeight right) => left.Value <= right.Value;

    /// <summary>Orders by number.</summary>
    public static bool operator >=(BlockHeight left, BlockHeight right) => left.Value >= right.Value;

    /// <summary>The number in decimal digits.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
