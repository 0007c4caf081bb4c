namespace MedChain.Core.Contracts;

/// <summary><c>true</c> or <c>false</c>.</summary>
public sealed class BooleanValue : CedarValue
{
    /// <summary>The value <c>true</c>.</summary>
    public static readonly BooleanValue True = new(true);

    /// <summary>The value <c>false</c>.</summary>
    public static readonly BooleanValue False = new(false);

    private BooleanValue(bool value) => Value = value;

    /// <summary>Gets the value.</summary>
    public bool Value { get; }

    /// <inheritdoc/>
    internal override string TypeName => "Bool";

    /// <inheritdoc/>
    internal override int Rank => 0;

    /// <inheritdoc/>
    internal override long Number => Value ? 1 : 0;

    /// <summary>Gives the value's one instance.</summary>
    /// <param name="value">The value.</param>
    /// <returns><see cref="True"/> or <see cref="False"/>.</returns>
    public static BooleanValue Of(bool value) => value ? True : False;

    /// <inheritdoc/>
    public override int GetHashCode() => Value ? 1 : 0;

    /// <inheritdoc/>
    public override string ToString() => Value ? "true" : "false";

    /// <inheritdoc/>
    private protected override int CompareSameKind(CedarValue other) => Value.CompareTo(((BooleanValue)other).Value);
}
