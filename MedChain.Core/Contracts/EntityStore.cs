using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Contracts.Cedar.Json;

namespace MedChain.Core.Contracts;

/// <summary>The entities that a decision may look at: attributes, tags, and what each is a member of. Immutable; built by
/// <see cref="EntityStoreBuilder"/> or read from JSON.</summary>
public sealed class EntityStore
{
    /// <summary>Most entities of one store.</summary>
    public const int MaxEntities = 65_536;

    /// <summary>Most memberships of one store, counting the indirect ones.</summary>
    public const int MaxMemberships = 1_048_576;

    private readonly Dictionary<EntityUid, StoredEntity> _entities;
    private readonly EntityStore? _known;

    internal EntityStore(Dictionary<EntityUid, StoredEntity> entities, EntityStore? known = null)
    {
        _entities = entities;
        _known = known;
    }

    /// <summary>The store without entities.</summary>
    public static EntityStore Empty { get; } = new([]);

    /// <summary>Gets the number of entities.</summary>
    public int Count => _entities.Count + (_known?.Count ?? 0);

    /// <summary>Reads entities from Cedar's JSON form: an array of objects with <c>uid</c>, <c>attrs</c>, <c>parents</c> and optional
    /// <c>tags</c>; values that are no plain JSON are written with <c>__entity</c> and <c>__extn</c>.</summary>
    /// <param name="utf8">The JSON, in UTF-8.</param>
    /// <param name="store">The store, or <see langword="null"/>.</param>
    /// <param name="reason">Why there is no store, or <see langword="null"/>.</param>
    /// <returns>Whether the entities could be read.</returns>
    public static bool TryReadJson(
        ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out EntityStore? store, [NotNullWhen(false)] out string? reason) =>
        EntityJson.TryRead(utf8, null, out store, out reason);

    /// <summary>Gets the entities that were added to those known before.</summary>
    internal IEnumerable<KeyValuePair<EntityUid, StoredEntity>> Entities => _entities;

    internal StoredEntity? Find(EntityUid uid) => _entities.GetValueOrDefault(uid) ?? _known?.Find(uid);

    /// <summary>Says whether the first entity is the second, or below it.</summary>
    internal bool IsIn(EntityUid uid, EntityUid container) =>
        uid.Equals(container) || Find(uid)?.IsBelow(container) == true;
}

/// <summary>An entity and everything it is in, directly or not.</summary>
internal sealed record StoredEntity(RecordValue Attributes, RecordValue Tags, HashSet<EntityUid> Ancestors)
{
    private const int FewAncestors = 8;

    // Comparing a few hashes is faster than a look-up.
    private readonly EntityUid[]? _few = Ancestors.Count <= FewAncestors ? [.. Ancestors] : null;

    /// <summary>Says whether the entity is in another, directly or not.</summary>
    public bool IsBelow(EntityUid container)
    {
        if (_few is null)
        {
            return Ancestors.Contains(container);
        }

        foreach (EntityUid ancestor in _few)
        {
            if (ancestor.Equals(container))
            {
                return true;
            }
        }

        return false;
    }
}
