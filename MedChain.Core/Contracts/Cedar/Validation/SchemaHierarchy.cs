using MedChain.Core.Contracts.Cedar.Schemas;

namespace MedChain.Core.Contracts.Cedar.Validation;

/// <summary>What can be in what, by a schema: entity types by type, actions one by one.</summary>
internal sealed class SchemaHierarchy
{
    private readonly Dictionary<string, HashSet<string>> _typesAbove = new(StringComparer.Ordinal);
    private readonly Dictionary<EntityUid, HashSet<EntityUid>> _actionsAbove = [];

    public SchemaHierarchy(CedarSchema schema)
    {
        foreach (string type in schema.EntityTypes.Keys)
        {
            _typesAbove.Add(type, Above(type, name => schema.EntityTypes[name].Parents, StringComparer.Ordinal));
        }

        foreach (EntityUid action in schema.Actions.Keys)
        {
            _actionsAbove.Add(action, Above(action, uid => schema.Actions[uid].Parents, EqualityComparer<EntityUid>.Default));
        }
    }

    /// <summary>Says whether an entity of one type can be in one of the other, or be it.</summary>
    public bool CanBeIn(string type, string container) => type == container || CanBeBelow(type, container);

    /// <summary>Says whether an entity of one type can be in another entity, of the other type.</summary>
    public bool CanBeBelow(string type, string container) =>
        _typesAbove.TryGetValue(type, out HashSet<string>? above) && above.Contains(container);

    public bool IsAction(EntityUid uid) => _actionsAbove.ContainsKey(uid);

    /// <summary>Says whether one action is the other or below it.</summary>
    public bool IsActionIn(EntityUid action, EntityUid container) =>
        action.Equals(container) || (_actionsAbove.TryGetValue(action, out HashSet<EntityUid>? above) && above.Contains(container));

    private static HashSet<T> Above<T>(T start, Func<T, IEnumerable<T>> parents, IEqualityComparer<T> comparer)
    {
        var found = new HashSet<T>(comparer);
        var open = new Stack<T>([start]);
        while (open.TryPop(out T? next))
        {
            foreach (T parent in parents(next).Where(found.Add))
            {
                open.Push(parent);
            }
        }

        return found;
    }
}
