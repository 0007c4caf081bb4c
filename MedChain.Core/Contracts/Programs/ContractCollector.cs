using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Compilation;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Cedar.Validation;

namespace MedChain.Core.Contracts.Programs;

/// <summary>Declares a contract's members in a module, so that functions can use one another in any order.</summary>
internal sealed class ContractCollector(ContractScope scope, ModuleBuilder module)
{
    private static readonly ImmutableHashSet<string> Words = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "contract", "state", "event", "import", "private", "view", "fn", "requires", "let", "delete", "while", "for", "fail", "return",
        "emit", "oblige", "consume", "principal", "action", "resource", "context", "Map", "Set");

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public PolicyError? Error { get; private set; }

    /// <summary>Says why a name cannot be used for something new, or <see langword="null"/>.</summary>
    public static string? ProblemOf(string name) =>
        Words.Contains(name) ? $"\"{name}\" is a word of the language; choose another name." : null;

    public bool Collect(ContractSyntax contract) => contract.Members.All(Declare);

    private bool Declare(MemberSyntax member)
    {
        if (ProblemOf(member.Name) is { } problem)
        {
            return Fail(member.Position, problem);
        }

        if (!_names.Add(member.Name))
        {
            return Fail(member.Position, $"The contract has two members \"{member.Name}\"; rename one.");
        }

        return member switch
        {
            MemberSyntax.State state => Declare(state),
            MemberSyntax.Event happened => Declare(happened),
            MemberSyntax.Function function => Declare(function),
            _ => throw new InvalidOperationException($"The member {member.GetType().Name} cannot be declared."),
        };
    }

    private bool Declare(MemberSyntax.State state)
    {
        if (state.Name.Length > ModuleLimits.FieldNameBytes)
        {
            string limit = $"a state variable's name has at most {ModuleLimits.FieldNameBytes} characters; shorten it.";
            return Fail(state.Position, $"\"{Quoting.Shorten(state.Name)}\" has {state.Name.Length} characters; {limit}");
        }

        SchemaType? key = state.Key is null ? null : Follow(state.Key);
        if (Follow(state.Value) is not { } value || (state.Key is not null && key is null))
        {
            return false;
        }

        if (key is not null && !IsKey(key))
        {
            return Fail(state.Position, $"A {key.Name} cannot be a key; use Bool, Long, String, datetime, duration, decimal or an entity.");
        }

        if (state.Initial is { } initial)
        {
            if (key is not null)
            {
                return Fail(initial.Position, "A map begins without entries; remove the value.");
            }

            RequestEnvironment environment = ContractScope.EnvironmentOf(state.Name, ContractScope.ContractType);
            var checker = new TypeChecker(scope.Schema, scope.Hierarchy, environment);
            if (!IsConstant(initial))
            {
                return Fail(initial.Position, "A first value is a constant, such as 500, \"text\" or datetime(\"2027-01-01\").");
            }

            if (checker.Check(initial, []) is not { } typing)
            {
                Error ??= checker.Error;
                return false;
            }

            if (TypeLattice.Join(typing.Type, value) is null)
            {
                return Fail(initial.Position, $"\"{state.Name}\" is a {value.Name} and this is a {typing.Type.Name}.");
            }
        }

        RegisterType keyType = key is null ? RegisterType.None : ExpressionCompiler.TypeOf(key);
        int index = module.Field(state.Name, keyType, ExpressionCompiler.TypeOf(value));
        scope.Fields.Add(state.Name, new ContractField(key, value, state.Initial, index));
        return true;
    }

    private bool Declare(MemberSyntax.Event happened)
    {
        if (Follow(happened.Fields) is not { } fields)
        {
            return false;
        }

        int index = module.Event(happened.Name, [.. fields.Select(field => ExpressionCompiler.TypeOf(field.Type))]);
        scope.Events.Add(happened.Name, new ContractEvent([.. fields.Select(field => field.Type)], index));
        return true;
    }

    private bool Declare(MemberSyntax.Function function)
    {
        SchemaType? result = function.Result is null ? null : Follow(function.Result);
        if (Follow(function.Parameters) is not { } parameters || (function.Result is not null && result is null))
        {
            return false;
        }

        ImmutableArray<RegisterType> types = [.. parameters.Select(parameter => ExpressionCompiler.TypeOf(parameter.Type))];
        RegisterType resultType = result is null ? RegisterType.None : ExpressionCompiler.TypeOf(result);
        int index = function.IsImport
            ? module.Import(function.Name, types, resultType)
            : module.Reserve(types, resultType, function.IsView);
        (function.IsImport ? scope.Imports : scope.Functions).Add(
            function.Name, new ContractFunction(function.Name, [.. parameters], result, function.IsView, index));
        return true;
    }

    private List<(string Name, SchemaType Type)>? Follow(ImmutableArray<ParameterSyntax> parameters)
    {
        var followed = new List<(string Name, SchemaType Type)>();
        foreach (ParameterSyntax parameter in parameters)
        {
            if (ProblemOf(parameter.Name) is { } problem)
            {
                Fail(parameter.Position, problem);
                return null;
            }

            if (followed.Any(other => other.Name == parameter.Name))
            {
                Fail(parameter.Position, $"Two parameters are named \"{parameter.Name}\"; rename one.");
                return null;
            }

            if (Follow(parameter.Type) is not { } type)
            {
                return null;
            }

            followed.Add((parameter.Name, type));
        }

        return followed;
    }

    private SchemaType? Follow(TypeSyntax syntax)
    {
        switch (syntax)
        {
            case TypeSyntax.SetOf set:
                return Follow(set.Element) is { } element ? new SchemaType.SetOf(element) : null;
            case TypeSyntax.RecordOf record:
                return FollowRecord(record);
            case TypeSyntax.Name name:
                return FollowName(name);
            default:
                Fail(syntax.Position, "This type cannot be used in a contract.");
                return null;
        }
    }

    private SchemaType? FollowName(TypeSyntax.Name name)
    {
        if (SchemaType.BuiltIn(name.Path) is { } builtIn)
        {
            return builtIn;
        }

        if (scope.Schema.EntityTypes.ContainsKey(name.Path))
        {
            return new SchemaType.EntityOf(name.Path);
        }

        Fail(name.Position, name.Path == "Map"
            ? "A map can only be a state variable."
            : $"There is no type {Quoting.Shorten(name.Path)}; use Bool, Long, String, decimal, datetime, duration, ipaddr, an entity type "
                + $"of the schema, Set<...> or a record.{Suggestions.For(name.Path, scope.Schema.EntityTypes.Keys)}");
        return null;
    }

    private SchemaType.RecordOf? FollowRecord(TypeSyntax.RecordOf record)
    {
        ImmutableSortedDictionary<string, AttributeType>.Builder attributes =
            ImmutableSortedDictionary.CreateBuilder<string, AttributeType>(StringComparer.Ordinal);
        foreach (AttributeSyntax attribute in record.Attributes)
        {
            if (Follow(attribute.Type) is not { } type)
            {
                return null;
            }

            if (!attributes.TryAdd(attribute.Name, new AttributeType(type, attribute.IsRequired)))
            {
                Fail(record.Position, $"The attribute \"{Quoting.Shorten(attribute.Name)}\" occurs twice; remove one.");
                return null;
            }
        }

        return new SchemaType.RecordOf(attributes.ToImmutable());
    }

    private static bool IsKey(SchemaType type) => type is not (SchemaType.SetOf or SchemaType.RecordOf) && type.Name != "ipaddr";

    private static bool IsConstant(Expression expression) => expression switch
    {
        Expression.Literal => true,
        Expression.Call call => call.Known?.Value is not null,
        Expression.Negate negate => IsConstant(negate.Operand),
        Expression.SetOf set => set.Elements.All(IsConstant),
        Expression.RecordOf record => record.Values.All(IsConstant),
        _ => false,
    };

    private bool Fail(TextPosition position, string message)
    {
        Error ??= position.Error(message);
        return false;
    }
}
