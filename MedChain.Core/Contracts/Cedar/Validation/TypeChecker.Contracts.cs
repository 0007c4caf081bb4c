using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Contracts.Programs;

namespace MedChain.Core.Contracts.Cedar.Validation;

/// <summary>Names, entries of maps and calls, in contracts.</summary>
internal sealed partial class TypeChecker
{
    /// <summary>Gets what names stand for; none in policies, whose text cannot have any.</summary>
    public IContractNames? Names { get; init; }

    /// <summary>Checks a call's arguments; the function, or <see langword="null"/> after an error.</summary>
    public ContractFunction? CheckCall(Expression.Invoke call, ImmutableHashSet<Capability> known)
    {
        if (Names?.FunctionOf(call) is not { } function)
        {
            Fail(call, call.Contract is null
                ? $"The contract has no function \"{Quoting.Shorten(call.Name)}\"."
                : $"No function \"{Quoting.Shorten(call.Name)}\" is imported; declare it with 'import fn'.");
            return null;
        }

        if (call.Contract is { } contract
            && Expect<SchemaType.EntityOf>(contract, known, "contract") is not { Type: ContractScope.ContractType })
        {
            Fail(contract, $"A contract is needed here, such as {ContractScope.ContractType}::\"name\".");
            return null;
        }

        if (call.Arguments.Length != function.Parameters.Length)
        {
            Fail(call, $"\"{function.Name}\" takes {function.Parameters.Length} arguments, not {call.Arguments.Length}.");
            return null;
        }

        for (int i = 0; i < call.Arguments.Length; i++)
        {
            (string name, SchemaType type) = function.Parameters[i];
            if (!CheckIs(call.Arguments[i], type, $"the parameter \"{name}\"", known))
            {
                return null;
            }
        }

        return function;
    }

    /// <summary>Checks that an expression has a type.</summary>
    public bool CheckIs(Expression expression, SchemaType type, string what, ImmutableHashSet<Capability> known)
    {
        if (Check(expression, known) is not { } typing)
        {
            return false;
        }

        if (TypeLattice.Join(typing.Type, type) is null)
        {
            Fail(expression, $"{char.ToUpperInvariant(what[0])}{what[1..]} is a {type.Name}, and this is a {typing.Type.Name}.");
            return false;
        }

        return true;
    }

    private Typing? CheckContract(Expression expression, ImmutableHashSet<Capability> known)
    {
        // 'value["name"]' and 'value has name' mean attributes, unless the value is a map.
        Expression? attribute = expression switch
        {
            Expression.Entry entry when Names?.FieldOf(entry.Map) is null => entry.AsAttribute,
            Expression.HasEntry test when Names?.FieldOf(test.Map) is null => test.AsAttribute,
            _ => null,
        };
        if (attribute is not null)
        {
            return Check(attribute, known) is { } typing ? Noted(expression, typing.Type, typing.Capabilities) : null;
        }

        SchemaType? type = expression switch
        {
            Expression.Named name => CheckName(name),
            Expression.Entry entry => CheckEntry(entry, entry.Map, entry.Key, isTest: false, known),
            Expression.HasEntry test => CheckEntry(test, test.Map, test.Key, isTest: true, known),
            _ => CheckInvoke((Expression.Invoke)expression, known),
        };
        return type is null ? null : Noted(expression, type, Nothing);
    }

    private SchemaType? CheckName(Expression.Named name)
    {
        if (Names?.TypeOf(name.Text) is { } type)
        {
            if (Names.FieldOf(name.Text)?.Initial is { } initial)
            {
                Check(initial, Nothing); // It was checked before; now its types are noted, for it is read in its place.
            }

            return type;
        }

        Fail(name, Names?.FieldOf(name.Text) is not null
            ? $"\"{name.Text}\" is a map; write {name.Text}[key], or {name.Text} has key."
            : $"There is no variable \"{Quoting.Shorten(name.Text)}\".{Suggestions.For(name.Text, Names?.Names ?? [])}");
        return null;
    }

    private SchemaType? CheckEntry(Expression at, string map, Expression key, bool isTest, ImmutableHashSet<Capability> known)
    {
        if (Names?.FieldOf(map) is not { Key: { } keyType } field)
        {
            Fail(at, $"\"{Quoting.Shorten(map)}\" is no map of the contract; attributes of a value are read with '.'.");
            return null;
        }

        if (!CheckIs(key, keyType, $"a key of \"{map}\"", known))
        {
            return null;
        }

        return isTest ? TypeLattice.AnyBool : field.Value;
    }

    private SchemaType? CheckInvoke(Expression.Invoke call, ImmutableHashSet<Capability> known)
    {
        if (CheckCall(call, known) is not { } function)
        {
            return null;
        }

        if (function.Result is null)
        {
            Fail(call, $"\"{function.Name}\" gives no value; call it as a statement of its own.");
        }

        return function.Result;
    }
}
