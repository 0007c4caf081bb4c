namespace MedChain.Core.Contracts;

/// <summary>A value of the Cedar language. Immutable and compared by value, as Cedar's <c>==</c> does.</summary>
/// <remarks>The family is closed: <see cref="BooleanValue"/>, <see cref="LongValue"/>, <see cref="StringValue"/>,
/// <see cref="EntityValue"/>, <see cref="SetValue"/>, <see cref="RecordValue"/>, <see cref="DecimalValue"/>, <see cref="IpAddressValue"/>,
/// <see cref="DateTimeValue"/> and <see cref="DurationValue"/>. <see cref="object.ToString"/> gives Cedar text.</remarks>
public abstract class CedarValue : IEquatable<CedarValue>
{
    /// <summary>Deepest nesting of sets and records in attributes, tags and context.</summary>
    public const int MaxDepth = 64;

    private protected CedarValue()
    {
    }

    /// <summary>Gets the name of the value's type, for messages.</summary>
    internal abstract string TypeName { get; }

    /// <summary>Gets the place of the value's kind in the canonical order.</summary>
    private protected abstract int Rank { get; }

    /// <summary>Gets the nesting: 0 for a value that is no set and no record, else one more than its deepest element.</summary>
    internal virtual int Depth => 0;

    /// <inheritdoc/>
    public bool Equals(CedarValue? other) =>
        ReferenceEquals(this, other) || (other is not null && Rank == other.Rank && EqualsSameKind(other));

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as CedarValue);

    /// <inheritdoc/>
    public abstract override int GetHashCode();

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
