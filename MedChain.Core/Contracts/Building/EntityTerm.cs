using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Building;

/// <summary>A part that is an entity.</summary>
[SuppressMessage("Usage", "CA2225", Justification = "The operators are Cedar's; named twins would be a second way to write the same.")]
[SuppressMessage("Design", "CA1046", Justification = "'==' makes a part of a condition, as in Cedar; it compares nothing.")]
public sealed class EntityTerm : PolicyTerm
{
    internal EntityTerm(Expression node)
        : base(node)
    {
    }

    /// <summary>It is exactly this entity; those below it do not count.</summary>
    /// <param name="left">The part.</param>
    /// <param name="right">The entity.</param>
    public static TruthTerm operator ==(EntityTerm left, EntityUid right) => Compare(left, BinaryOperator.Equal, right);

    /// <summary>It is another entity.</summary>
    /// <param name="left">The part.</param>
    /// <param name="right">The entity.</param>
    public static TruthTerm operator !=(EntityTerm left, EntityUid right) => Compare(left, BinaryOperator.NotEqual, right);

    /// <summary>It is this entity or one below it, as CLINTRCH is below HRESCH.</summary>
    /// <param name="group">The entity.</param>
    /// <returns>The condition.</returns>
    public TruthTerm In(EntityUid group) => Compare(this, BinaryOperator.In, group);

    /// <summary>It is one of these entities.</summary>
    /// <param name="entities">The entities, at least one.</param>
    /// <returns>The condition.</returns>
    /// <exception cref="ArgumentException">There is none.</exception>
    public TruthTerm IsOneOf(params EntityUid[] entities)
    {
        ArgumentNullException.ThrowIfNull(entities);
        if (entities.Length == 0)
        {
            throw new ArgumentException("Nothing is one of no entities; pass at least one.", nameof(entities));
        }

        var set = new Expression.SetOf(Nowhere, [.. entities.Select(uid => Literal(new EntityValue(uid)))]);
        return new TruthTerm(new Expression.Binary(BinaryOperator.Contains, set, Node));
    }

    /// <summary>Whether it is the same object.</summary>
    /// <param name="obj">Another object.</param>
    /// <returns>The answer.</returns>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    private static TruthTerm Compare(EntityTerm left, BinaryOperator name, EntityUid right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.Compare(name, Literal(new EntityValue(right)));
    }
}
