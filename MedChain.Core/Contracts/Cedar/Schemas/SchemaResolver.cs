using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Schemas;

/// <summary>Follows all names of a schema. A name is looked up in its own namespace, then outside all namespaces, then among the built-in
/// types; a common type goes before an entity type of the same name.</summary>
internal sealed class SchemaResolver(List<DeclarationSyntax> declarations)
{
    /// <summary>Words that the two forms of schemas use for types; no common type may have such a name.</summary>
    private static readonly ImmutableArray<string> SchemaWords =
        ["Bool", "Boolean", "Long", "String", "Set", "Entity", "Record", "Extension"];

    private const string ActionType = "Action";

    private readonly Dictionary<string, DeclarationSyntax.CommonType> _commonTypes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _entityTypes = new(StringComparer.Ordinal);
    private readonly HashSet<EntityUid> _actions = [];
    private readonly Dictionary<string, SchemaType?> _followed = new(StringComparer.Ordinal);
    private PolicyError? _error;

    public CedarSchema? Resolve(out PolicyError? error)
    {
        DeclareNames();
        RefuseShadows();
        ImmutableSortedDictionary<string, EntityTypeDeclaration>.Builder types =
            ImmutableSortedDictionary.CreateBuilder<string, EntityTypeDeclaration>(StringComparer.Ordinal);
        ImmutableDictionary<EntityUid, ActionDeclaration>.Builder actions =
            ImmutableDictionary.CreateBuilder<EntityUid, ActionDeclaration>();
        foreach (DeclarationSyntax declaration in declarations)
        {
            if (_error is not null)
            {
                break;
            }

            switch (declaration)
            {
                case DeclarationSyntax.CommonType common:
                    Follow(new TypeSyntax.Name(common.Position, common.Name), common.Namespace, 0);
                    break;
                case DeclarationSyntax.EntityTypes entity:
                    Add(entity, types);
                    break;
                case DeclarationSyntax.Actions action:
                    Add(action, actions);
                    break;
                default:
                    throw new InvalidOperationException($"The declaration {declaration.GetType().Name} is unknown.");
            }
        }

        RefuseCycles(actions);
        error = _error;
        return error is null ? new CedarSchema(types.ToImmutable(), actions.ToImmutable()) : null;
    }

    private static string Qualify(string space, string name) => space.Length == 0 ? name : $"{space}::{name}";

    private void DeclareNames()
    {
        foreach (DeclarationSyntax declaration in declarations)
        {
            switch (declaration)
            {
                case DeclarationSyntax.CommonType common when !_commonTypes.TryAdd(Qualify(common.Namespace, common.Name), common):
                    Fail(common.Position, $"The type {common.Name} is declared twice; remove one.");
                    break;
                case DeclarationSyntax.CommonType common when SchemaWords.Contains(common.Name):
                    Fail(common.Position, $"{common.Name} is a word of the schema language; give the type another name.");
                    break;
                case DeclarationSyntax.EntityTypes entity:
                    foreach (string name in entity.Names.Where(name => !_entityTypes.Add(Qualify(entity.Namespace, name))))
                    {
                        Fail(entity.Position, $"The entity type {name} is declared twice; remove one.");
                    }

                    if (entity.Names.Contains(ActionType))
                    {
                        Fail(entity.Position, $"{ActionType} is the type of actions; give the entity type another name.");
                    }

                    break;
                case DeclarationSyntax.Actions action:
                    string type = Qualify(action.Namespace, "Action");
                    foreach (string name in action.Names.Where(name => !_actions.Add(new EntityUid(type, name))))
                    {
                        Fail(action.Position, $"The action \"{Quoting.Shorten(name)}\" is declared twice; remove one.");
                    }

                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>A type or an action in a namespace may not have the name of one outside all namespaces (Cedar RFC 70).</summary>
    private void RefuseShadows()
    {
        foreach (DeclarationSyntax declaration in declarations.Where(declaration => declaration.Namespace.Length > 0))
        {
            string? shadow = declaration switch
            {
                DeclarationSyntax.EntityTypes entity => entity.Names.FirstOrDefault(IsTypeOutside),
                DeclarationSyntax.CommonType common => IsTypeOutside(common.Name) ? common.Name : null,
                DeclarationSyntax.Actions action => action.Names.FirstOrDefault(name => _actions.Contains(new EntityUid("Action", name))),
                _ => null,
            };
            if (shadow is not null)
            {
                Fail(declaration.Position, $"\"{Quoting.Shorten(shadow)}\" is also declared outside the namespace; give one another name.");
            }
        }
    }

    /// <summary>Takes away actions whose parents are all gone until none is left; what stays is on a cycle or below one.</summary>
    private void RefuseCycles(ImmutableDictionary<EntityUid, ActionDeclaration>.Builder actions)
    {
        var left = actions.ToDictionary(pair => pair.Key, pair => pair.Value.Parents);
        bool removed = true;
        while (removed)
        {
            EntityUid[] free = [.. left.Where(pair => !pair.Value.Any(left.ContainsKey)).Select(pair => pair.Key)];
            removed = free.Length > 0;
            Array.ForEach(free, uid => left.Remove(uid));
        }

        if (left.Count > 0)
        {
            EntityUid first = left.Keys.Order(Comparer<EntityUid>.Create(EntityUid.Compare)).First();
            DeclarationSyntax.Actions at = declarations.OfType<DeclarationSyntax.Actions>()
                .First(action => action.Names.Contains(first.Id));
            Fail(at.Position, $"The action {first} is in a cycle of parents, or below one; remove a parent.");
        }
    }

    private bool IsTypeOutside(string name) => _entityTypes.Contains(name) || _commonTypes.ContainsKey(name);

    private void Add(DeclarationSyntax.EntityTypes entity, ImmutableSortedDictionary<string, EntityTypeDeclaration>.Builder types)
    {
        ImmutableHashSet<string> parents = EntityTypesOf(entity.Parents, entity.Namespace);
        SchemaType? attributes = entity.Attributes is null ? SchemaType.RecordOf.Empty : Follow(entity.Attributes, entity.Namespace, 0);
        if (attributes is not null and not SchemaType.RecordOf)
        {
            Fail(entity.Position, "The attributes of an entity are a record; write {...} or the name of a record type.");
        }

        SchemaType? tags = entity.Tags is null ? null : Follow(entity.Tags, entity.Namespace, 0);
        if (_error is not null)
        {
            return;
        }

        foreach (string name in entity.Names)
        {
            string full = Qualify(entity.Namespace, name);
            types.Add(full, new EntityTypeDeclaration(full, parents, (SchemaType.RecordOf)attributes!, tags, entity.Ids));
        }
    }

    private void Add(DeclarationSyntax.Actions action, ImmutableDictionary<EntityUid, ActionDeclaration>.Builder actions)
    {
        ImmutableArray<EntityUid> parents = [.. action.Parents.Select(parent => ActionOf(parent, action.Namespace)).OfType<EntityUid>()];
        ImmutableHashSet<string> principals = EntityTypesOf(action.Principals, action.Namespace);
        ImmutableHashSet<string> resources = EntityTypesOf(action.Resources, action.Namespace);
        SchemaType? context = action.Context is null ? SchemaType.RecordOf.Empty : Follow(action.Context, action.Namespace, 0);
        if (context is not null and not SchemaType.RecordOf)
        {
            Fail(action.Context!.Position, "A context is a record; write {...} or the name of a record type.");
        }

        if (_error is not null)
        {
            return;
        }

        foreach (string name in action.Names)
        {
            var uid = new EntityUid(Qualify(action.Namespace, "Action"), name);
            actions.Add(uid, new ActionDeclaration(uid, parents, principals, resources, (SchemaType.RecordOf)context!));
        }
    }

    private EntityUid? ActionOf(ActionReference reference, string space)
    {
        string type = reference.Type ?? "Action";
        EntityUid[] candidates = [new(Qualify(space, type), reference.Id), new(type, reference.Id)];
        if (Array.Find(candidates, _actions.Contains) is { } found)
        {
            return found;
        }

        Fail(reference.Position, $"There is no action \"{Quoting.Shorten(reference.Id)}\"; declare it.");
        return null;
    }

    private ImmutableHashSet<string> EntityTypesOf(ImmutableArray<TypeSyntax.Name> names, string space)
    {
        ImmutableHashSet<string>.Builder found = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (TypeSyntax.Name name in names)
        {
            if (EntityTypeOf(name.Path, space) is { } type)
            {
                found.Add(type);
            }
            else
            {
                Fail(name.Position, $"There is no entity type {Quoting.Shorten(name.Path)}; declare it.");
            }
        }

        return found.ToImmutable();
    }

    private string? EntityTypeOf(string path, string space) =>
        _entityTypes.Contains(Qualify(space, path)) ? Qualify(space, path) : _entityTypes.Contains(path) ? path : null;

    /// <summary>Follows a type; the depth counts how far down from a declaration it is, so that no chain of names is a deep
    /// recursion.</summary>
    private SchemaType? Follow(TypeSyntax syntax, string space, int depth)
    {
        SchemaType? type = depth > SchemaTypeParser.MaxNesting
            ? null
            : syntax switch
            {
                TypeSyntax.SetOf set => Follow(set.Element, space, depth + 1) is { } element ? new SchemaType.SetOf(element) : null,
                TypeSyntax.RecordOf record => FollowRecord(record, space, depth),
                TypeSyntax.Name name => FollowName(name, space, depth),
                TypeSyntax.Entity entity => FollowEntity(entity, space),
                _ => null,
            };
        if (type is null || type.Depth + depth > SchemaTypeParser.MaxNesting)
        {
            Fail(syntax.Position, $"The type is nested deeper than {SchemaTypeParser.MaxNesting} with names followed; make it flatter.");
            return null;
        }

        return type;
    }

    private SchemaType.RecordOf? FollowRecord(TypeSyntax.RecordOf record, string space, int depth)
    {
        ImmutableSortedDictionary<string, AttributeType>.Builder attributes =
            ImmutableSortedDictionary.CreateBuilder<string, AttributeType>(StringComparer.Ordinal);
        foreach (AttributeSyntax attribute in record.Attributes)
        {
            if (Follow(attribute.Type, space, depth + 1) is not { } type)
            {
                return null;
            }

            if (!attributes.TryAdd(attribute.Name, new AttributeType(type, attribute.IsRequired)))
            {
                Fail(attribute.Type.Position, $"The attribute \"{Quoting.Shorten(attribute.Name)}\" is declared twice; remove one.");
                return null;
            }
        }

        return new SchemaType.RecordOf(attributes.ToImmutable());
    }

    private SchemaType? FollowName(TypeSyntax.Name name, string space, int depth)
    {
        foreach (string candidate in space.Length == 0 ? [name.Path] : new[] { Qualify(space, name.Path), name.Path })
        {
            if (_commonTypes.TryGetValue(candidate, out DeclarationSyntax.CommonType? common))
            {
                return FollowCommon(candidate, common, depth);
            }

            if (_entityTypes.Contains(candidate))
            {
                return new SchemaType.EntityOf(candidate);
            }
        }

        const string Reserved = Identifiers.ReservedNamespace + "::";
        string plain = name.Path.StartsWith(Reserved, StringComparison.Ordinal) ? name.Path[Reserved.Length..] : name.Path;
        if (SchemaType.BuiltIn(plain) is { } type)
        {
            return type;
        }

        Fail(name.Position, $"There is no type {Quoting.Shorten(name.Path)}; declare it.");
        return null;
    }

    private SchemaType.EntityOf? FollowEntity(TypeSyntax.Entity entity, string space)
    {
        if (EntityTypeOf(entity.Path, space) is { } type)
        {
            return new SchemaType.EntityOf(type);
        }

        Fail(entity.Position, $"There is no entity type {Quoting.Shorten(entity.Path)}; declare it.");
        return null;
    }

    private SchemaType? FollowCommon(string name, DeclarationSyntax.CommonType common, int depth)
    {
        if (_followed.TryGetValue(name, out SchemaType? known))
        {
            if (known is null)
            {
                Fail(common.Position, $"The type {common.Name} contains itself; use an entity type for that.");
            }

            return known;
        }

        _followed.Add(name, null);
        SchemaType? type = Follow(common.Type, common.Namespace, depth + 1);
        _followed[name] = type;
        return type;
    }

    private void Fail(TextPosition position, string message) => _error ??= position.Error(message);
}
