using System.Diagnostics.CodeAnalysis;

namespace MedChain.Core.Contracts;

/// <summary>Collects entities for an <see cref="EntityStore"/>. Not thread safe.</summary>
public sealed class EntityStoreBuilder
{
    private readonly Dictionary<EntityUid, Pending> _pending = [];
    private readonly EntityStore? _known;
    private string? _failure;

    /// <summary>Initializes a builder.</summary>
    /// <param name="known">Entities that the store shall have too, at no cost for each; none by default. What they are in is in it as well,
    /// or is in nothing.</param>
    public EntityStoreBuilder(EntityStore? known = null) => _known = known;

    /// <summary>Adds an entity.</summary>
    /// <param name="uid">Its name; each may be added once.</param>
    /// <param name="attributes">Its attributes; none by default.</param>
    /// <param name="parents">What it is directly in; these need not be in the store themselves.</param>
    /// <param name="tags">Its tags; none by default.</param>
    /// <returns>This builder.</returns>
    public EntityStoreBuilder Add(
        EntityUid uid, RecordValue? attributes = null, IEnumerable<EntityUid>? parents = null, RecordValue? tags = null)
    {
        ArgumentNullException.ThrowIfNull(uid);
        var pending = new Pending(attributes ?? RecordValue.Empty, tags ?? RecordValue.Empty, [.. parents ?? []]);
        if (pending.Attributes.Depth > CedarValue.MaxDepth || pending.Tags.Depth > CedarValue.MaxDepth)
        {
            _failure ??= $"The values of {uid} are nested deeper than {CedarValue.MaxDepth}; make them flatter.";
        }

        if (_known?.Find(uid) is not null || !_pending.TryAdd(uid, pending))
        {
            _failure ??= $"The entity {uid} is given twice; give each once.";
        }

        if (_pending.Count > EntityStore.MaxEntities)
        {
            _failure ??= $"There are more than {EntityStore.MaxEntities} entities; pass only those that the request can reach.";
        }

        return this;
    }

    /// <summary>Makes the store.</summary>
    /// <param name="store">The store, or <see langword="null"/>.</param>
    /// <param name="reason">What is wrong with the entities, or <see langword="null"/>: one given twice, a cycle of parents, or too
    /// many.</param>
    /// <returns>Whether there is a store.</returns>
    public bool TryBuild([NotNullWhen(true)] out EntityStore? store, [NotNullWhen(false)] out string? reason)
    {
        store = null;
        reason = _failure;
        if (reason is not null)
        {
            return false;
        }

        var done = new Dictionary<EntityUid, StoredEntity>(_pending.Count);
        reason = Resolve(done);
        store = reason is null ? new EntityStore(done, _known) : null;
        return reason is null;
    }

    /// <summary>Makes the store of entities that a schema declares; its actions are added.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="store">The store, or <see langword="null"/>.</param>
    /// <param name="reason">What is wrong with the entities, or <see langword="null"/>.</param>
    /// <returns>Whether there is a store.</returns>
    public bool TryBuild(PolicySchema schema, [NotNullWhen(true)] out EntityStore? store, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(schema);
        foreach (Cedar.Schemas.ActionDeclaration action in schema.Declarations.Actions.Values)
        {
            AddIfAbsent(action.Uid, action.Parents);
        }

        if (TryBuild(out store, out reason))
        {
            reason = schema.ProblemOf(store);
            store = reason is null ? store : null;
        }

        return store is not null;
    }

    /// <summary>Makes the store from entities that are known to be right.</summary>
    /// <returns>The store.</returns>
    /// <exception cref="InvalidOperationException"><c>TryBuild</c> would refuse them.</exception>
    public EntityStore Build() =>
        TryBuild(out EntityStore? store, out string? reason) ? store : throw new InvalidOperationException(reason);

    /// <summary>Adds an action of a schema, unless the caller gave it already.</summary>
    internal void AddIfAbsent(EntityUid uid, IEnumerable<EntityUid> parents)
    {
        if (_known?.Find(uid) is null)
        {
            _pending.TryAdd(uid, new Pending(RecordValue.Empty, RecordValue.Empty, [.. parents]));
        }
    }

    /// <summary>Finishes entities in an order in which all parents come first; what is left over then is on a cycle or below one.</summary>
    private string? Resolve(Dictionary<EntityUid, StoredEntity> done)
    {
        var children = new Dictionary<EntityUid, List<EntityUid>>();
        var openParents = new Dictionary<EntityUid, int>(_pending.Count);
        var ready = new Queue<EntityUid>();
        foreach ((EntityUid uid, Pending entity) in _pending)
        {
            int open = 0;
            foreach (EntityUid parent in entity.Parents.Where(_pending.ContainsKey))
            {
                open++;
                if (!children.TryGetValue(parent, out List<EntityUid>? below))
                {
                    children.Add(parent, below = []);
                }

                below.Add(uid);
            }

            openParents.Add(uid, open);
            if (open == 0)
            {
                ready.Enqueue(uid);
            }
        }

        long memberships = 0;
        while (ready.TryDequeue(out EntityUid? uid))
        {
            Pending entity = _pending[uid];
            var ancestors = new HashSet<EntityUid>(entity.Parents);
            foreach (EntityUid parent in entity.Parents)
            {
                if ((done.GetValueOrDefault(parent) ?? _known?.Find(parent)) is { } above)
                {
                    ancestors.UnionWith(above.Ancestors);
                }
            }

            memberships += ancestors.Count;
            if (memberships > EntityStore.MaxMemberships)
            {
                return $"The entities have more than {EntityStore.MaxMemberships} direct and indirect memberships; pass fewer entities.";
            }

            done.Add(uid, new StoredEntity(entity.Attributes, entity.Tags, ancestors));
            foreach (EntityUid child in children.GetValueOrDefault(uid) ?? [])
            {
                if (--openParents[child] == 0)
                {
                    ready.Enqueue(child);
                }
            }
        }

        return done.Count == _pending.Count
            ? null
            : $"The entity {_pending.Keys.First(uid => !done.ContainsKey(uid))} is in a cycle of parents, or below one; remove a parent.";
    }

    private sealed record Pending(RecordValue Attributes, RecordValue Tags, EntityUid[] Parents);
}
