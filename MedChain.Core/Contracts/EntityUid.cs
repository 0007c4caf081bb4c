using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts;

/// <summary>Names one entity: its type, such as <c>Hospital::Clinician</c>, and its identifier within the type. Compared by value,
/// ordinally.</summary>
public sealed class EntityUid : IEquatable<EntityUid>
{
    private readonly int _hash;

    /// <summary>Initializes a name.</summary>
    /// <param name="type">Identifiers joined by <c>::</c>; none is a reserved word of Cedar.</param>
    /// <param name="id">Any well-formed text, also the empty one.</param>
    /// <exception cref="ArgumentException"><paramref name="type"/> is no type name, or <paramref name="id"/> has half a surrogate
    /// pair.</exception>
    public EntityUid(string type, string id)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(id);
        if (!Identifiers.IsPath(type))
        {
            throw new ArgumentException($"\"{Quoting.Shorten(type)}\" is no entity type; write identifiers joined by '::'.", nameof(type));
        }

        if (!Quoting.IsWellFormed(id))
        {
            throw new ArgumentException("The identifier has half a surrogate pair; pass well-formed text.", nameof(id));
        }

        Type = type;
        Id = id;
        _hash = HashCode.Combine(type, id);
    }

    /// <summary>Gets the type's full name.</summary>
    public string Type { get; }

    /// <summary>Gets the identifier within the type.</summary>
    public string Id { get; }

    /// <summary>Makes a name from parts that may be wrong.</summary>
    /// <param name="type">The type's name.</param>
    /// <param name="id">The identifier.</param>
    /// <param name="uid">The name, or <see langword="null"/>.</param>
    /// <returns>Whether the constructor would accept the parts.</returns>
    public static bool TryCreate(string? type, string? id, [NotNullWhen(true)] out EntityUid? uid)
    {
        uid = type is not null && id is not null && Identifiers.IsPath(type) && Quoting.IsWellFormed(id) ? new EntityUid(type, id) : null;
        return uid is not null;
    }

    /// <inheritdoc/>
    public bool Equals(EntityUid? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && HasTextOf(other));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EntityUid);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The name as Cedar text, for example <c>Patient::"p-001"</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Type}::{Quoting.Quote(Id)}";

    // Apart, because the comparison of hashes before it is inlined in many places and mostly says no.
    private bool HasTextOf(EntityUid other) => Id == other.Id && Type == other.Type;

    internal static int Compare(EntityUid left, EntityUid right)
    {
        int byType = string.CompareOrdinal(left.Type, right.Type);
        return byType != 0 ? byType : string.CompareOrdinal(left.Id, right.Id);
    }
}
