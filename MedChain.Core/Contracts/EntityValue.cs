namespace MedChain.Core.Contracts;

/// <summary>A reference to an entity; the entity need not be in the store.</summary>
public sealed class EntityValue : CedarValue
{
    /// <summary>Initializes a reference.</summary>
    /// <param name="uid">The entity's name.</param>
    public EntityValue(EntityUid uid)
    {
        ArgumentNullException.ThrowIfNull(uid);
        Uid = uid;
    }

    /// <summary>Gets the entity's name.</summary>
    public EntityUid Uid { get; }

    /// <inheritdoc/>
    internal override string TypeName => "entity";

    /// <inheritdoc/>
    internal override int Rank => 3;

    /// <inheritdoc/>
    internal override int Weight => WeightOf(Uid.Id) + (Uid.Type.Length / 16);

    /// <inheritdoc/>
    public override int GetHashCode() => Uid.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Uid.ToString();

    /// <inheritdoc/>
    private protected override int CompareSameKind(CedarValue other) => EntityUid.Compare(Uid, ((EntityValue)other).Uid);

    /// <inheritdoc/>
    private protected override bool EqualsSameKind(CedarValue other) => Uid.Equals(((EntityValue)other).Uid);
}
