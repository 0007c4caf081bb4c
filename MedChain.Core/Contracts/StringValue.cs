using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts;

/// <summary>A text, compared ordinally.</summary>
public sealed class StringValue : CedarValue
{
    /// <summary>Initializes a text.</summary>
    /// <param name="value">Well-formed Unicode.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> has half a surrogate pair.</exception>
    public StringValue(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!Quoting.IsWellFormed(value))
        {
            throw new ArgumentException("The text has half a surrogate pair; pass well-formed text.", nameof(value));
        }

        Value = value;
    }

    /// <summary>Gets the text.</summary>
    public string Value { get; }

    /// <inheritdoc/>
    internal override string TypeName => "String";

    /// <inheritdoc/>
    internal override int Rank => 2;

    /// <inheritdoc/>
    internal override int Weight => WeightOf(Value);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Quoting.Quote(Value);

    /// <inheritdoc/>
    private protected override int CompareSameKind(CedarValue other) => string.CompareOrdinal(Value, ((StringValue)other).Value);

    /// <inheritdoc/>
    private protected override bool EqualsSameKind(CedarValue other) => Value == ((StringValue)other).Value;
}
