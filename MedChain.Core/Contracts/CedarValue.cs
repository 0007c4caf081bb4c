namespace MedChain.Core.Contracts;

/// <summary>A value of the Cedar language. Immutable and compared by value, as Cedar's <c>==</c> does.</summary>
/// <remarks>The family is closed: <see cref="BooleanValue"/>, <see cref="LongValue"/>, <see cref="StringValue"/>,
/// <see cref="EntityValue"/>, <see cref="SetValue"/>, <see cref="RecordValue"/>, <see cref="DecimalValue"/>, <see cref="IpAddressValue"/>,
/// <see cref="DateTimeValue"/> and <see cref="DurationValue"/>. <see cref="object.ToString"/> gives Cedar text.</remarks>
public abstract class CedarValue : IEquatable<CedarValue>
{
    /// <summary>Deepest nesting of sets and records in attributes, tags and context.</summary>
    public const int MaxDepth = 64;

    /// <summary>Bytes that a unit of <see cref="Weight"/> counts for in an arena.</summary>
    internal const int BytesPerWeight = 16;

    private protected CedarValue()
    {
    }

    /// <summary>Gets the name of the value's type, for messages.</summary>
    internal abstract string TypeName { get; }

    /// <summary>Gets the place of the value's kind in the canonical order.</summary>
    internal abstract int Rank { get; }

    /// <summary>Gets the nesting: 0 for a value that is no set and no record, else one more than its deepest element.</summary>
    internal virtual int Depth => 0;

    /// <summary>Gets how much there is to walk through: 1 for a value, 1 more for each 16 characters of it, and the weights of its
    /// elements.</summary>
    internal virtual int Weight => 1;

    /// <inheritdoc/>
    public bool Equals(CedarValue? other) =>
        ReferenceEquals(this, other) || (other is not null && Rank == other.Rank && EqualsSameKind(other));

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as CedarValue);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

    /// <summary>Gets the 64 bits of a value that is a number of some kind; 0 for others.</summary>
    internal virtual long Number => 0;

    /// <summary>The weight of a text.</summary>
    internal static int WeightOf(string text) => 1 + (text.Length / 16);

    /// <summary>The sum of two weights, or the largest number when that is smaller.</summary>
    internal static int AddWeights(int left, int right) => (int)Math.Min((long)left + right, int.MaxValue);

    /// <summary>A total order that is the same on every machine: by kind, then by value.</summary>
    internal static int Compare(CedarValue left, CedarValue right)
    {
        if (ReferenceEquals(left, right))
        {
            return 0;
        }

        return left.Rank != right.Rank ? left.Rank.CompareTo(right.Rank) : left.CompareSameKind(right);
    }

    private protected abstract int CompareSameKind(CedarValue other);

    private protected virtual bool EqualsSameKind(CedarValue other) => CompareSameKind(other) == 0;
}
