using System.Globalization;

namespace MedChain.Core.Contracts;

/// <summary>A 64-bit signed integer. Cedar's arithmetic on it is checked: overflow is an evaluation error.</summary>
/// <param name="value">The number.</param>
public sealed class LongValue(long value) : CedarValue
{
    /// <summary>Gets the number.</summary>
    public long Value { get; } = value;

    /// <inheritdoc/>
    internal override string TypeName => "Long";

    /// <inheritdoc/>
    internal override int Rank => 1;

    /// <inheritdoc/>
    internal override long Number => Value;

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    private protected override int CompareSameKind(CedarValue other) => Value.CompareTo(((LongValue)other).Value);
}
