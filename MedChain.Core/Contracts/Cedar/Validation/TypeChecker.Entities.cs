using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Validation;

/// <summary>Attributes, tags and membership.</summary>
internal sealed partial class TypeChecker
{
    /// <summary><c>e has a.b</c> reads as <c>e has a &amp;&amp; e.a has b</c>.</summary>
    private static ImmutableArray<Expression> StepsOf(Expression.HasAttribute has)
    {
        ImmutableArray<Expression>.Builder steps = ImmutableArray.CreateBuilder<Expression>(has.Path.Length);
        Expression target = has.Target;
        foreach (string name in has.Path)
        {
            steps.Add(new Expression.HasAttribute(target, [name]));
            target = new Expression.GetAttribute(target, name);
        }

        return steps.DrainToImmutable();
    }

    /// <summary><c>e is T in c</c> reads as <c>e is T &amp;&amp; e in c</c>.</summary>
    private static ImmutableArray<Expression> StepsOf(Expression.Is test) =>
        [new Expression.Is(test.Target, test.Type, null), new Expression.Binary(BinaryOperator.In, test.Target, test.Container!)];

    private Typing? CheckHas(Expression.HasAttribute has, ImmutableHashSet<Capability> known)
    {
        if (Check(has.Target, known) is not { } target || AttributesOf(has, target.Type) is not { } attributes)
        {
            return null;
        }

        string name = has.Path[0];
        if (!attributes.TryGetValue(name, out AttributeType? attribute))
        {
            return Noted(has, TypeLattice.False, Nothing);
        }

        // Of a record a required attribute is there for certain; an entity may be missing altogether.
        var capability = new Capability(ExpressionPrinter.Print(has.Target), name, IsTag: false);
        bool isCertain = (attribute.IsRequired && target.Type is SchemaType.RecordOf) || known.Contains(capability);
        return Noted(has, isCertain ? TypeLattice.True : TypeLattice.AnyBool, [capability]);
    }

    private SchemaType? CheckGet(Expression.GetAttribute get, ImmutableHashSet<Capability> known)
    {
        if (Check(get.Target, known) is not { } target || AttributesOf(get, target.Type) is not { } attributes)
        {
            return null;
        }

        if (!attributes.TryGetValue(get.Name, out AttributeType? attribute))
        {
            string suggestion = Suggestions.For(get.Name, attributes.Keys);
            Fail(get, $"A {target.Type.Name} has no attribute \"{Quoting.Shorten(get.Name)}\" in the schema.{suggestion}");
            return null;
        }

        if (!attribute.IsRequired && !known.Contains(new Capability(ExpressionPrinter.Print(get.Target), get.Name, IsTag: false)))
        {
            Fail(get, $"The attribute \"{Quoting.Shorten(get.Name)}\" may be missing; test with 'has' first.");
            return null;
        }

        return attribute.Type;
    }

    private ImmutableSortedDictionary<string, AttributeType>? AttributesOf(Expression at, SchemaType type)
    {
        switch (type)
        {
            case SchemaType.RecordOf record:
                return record.Attributes;
            case SchemaType.EntityOf entity:
                return (schema.EntityTypes.GetValueOrDefault(entity.Type)?.Attributes ?? SchemaType.RecordOf.Empty).Attributes;
            default:
                Fail(at, $"Only entities and records have attributes, and this is a {type.Name}.");
                return null;
        }
    }

    private Typing? CheckHasTag(Expression.Binary tag, ImmutableHashSet<Capability> known)
    {
        if (Expect<SchemaType.EntityOf>(tag.Left, known, "entity") is not { } entity
            || Expect<SchemaType.Text>(tag.Right, known, "String") is null)
        {
            return null;
        }

        if (schema.EntityTypes.GetValueOrDefault(entity.Type)?.Tags is null)
        {
            return Noted(tag, TypeLattice.False, Nothing);
        }

        Capability capability = TagOf(tag);
        return Noted(tag, known.Contains(capability) ? TypeLattice.True : TypeLattice.AnyBool, [capability]);
    }

    private SchemaType? CheckGetTag(Expression.Binary tag, SchemaType left, SchemaType right, ImmutableHashSet<Capability> known)
    {
        if (left is not SchemaType.EntityOf entity || right is not SchemaType.Text)
        {
            Fail(tag, $"getTag is a method of entities and takes a String, not a {left.Name} and a {right.Name}.");
            return null;
        }

        SchemaType? type = schema.EntityTypes.GetValueOrDefault(entity.Type)?.Tags;
        if (type is null || !known.Contains(TagOf(tag)))
        {
            Fail(tag, type is null ? $"The schema gives {entity.Type} no tags." : "The tag may be missing; test with 'hasTag' first.");
            return null;
        }

        return type;
    }

    private static Capability TagOf(Expression.Binary tag) =>
        new(ExpressionPrinter.Print(tag.Left), ExpressionPrinter.Print(tag.Right), IsTag: true);

    private SchemaType.Boolean? CheckIn(Expression.Binary binary, SchemaType left, SchemaType right)
    {
        SchemaType container = right is SchemaType.SetOf set ? set.Element : right;
        if (left is not SchemaType.EntityOf member || container is not SchemaType.EntityOf group)
        {
            Fail(binary, $"'in' compares an entity with an entity or a Set of them, not a {left.Name} with a {right.Name}.");
            return null;
        }

        // Which action a request has is known, and so is what actions are in.
        if (UidOf(binary.Left) is { } action && hierarchy.IsAction(action) && UidsOf(binary.Right) is { } groups)
        {
            return TypeLattice.Bool(groups.Any(uid => hierarchy.IsActionIn(action, uid)));
        }

        return hierarchy.CanBeIn(member.Type, group.Type) ? TypeLattice.AnyBool : TypeLattice.False;
    }

    private EntityUid? UidOf(Expression expression) => expression switch
    {
        Expression.Literal { Value: EntityValue entity } => entity.Uid,
        Expression.Variable { Name: RequestVariable.Action } => environment.Action.Uid,
        _ => null,
    };

    private List<EntityUid>? UidsOf(Expression expression)
    {
        var found = new List<EntityUid>();
        foreach (Expression element in expression is Expression.SetOf set ? set.Elements : [expression])
        {
            if (UidOf(element) is not { } uid)
            {
                return null;
            }

            found.Add(uid);
        }

        return found;
    }
}
