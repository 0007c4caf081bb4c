using System.Collections.Frozen;
using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Json;

/// <summary>Names of operators in Cedar's JSON form of policies.</summary>
internal static class JsonOperators
{
    /// <summary>Gets the operators of two operands that are no chain.</summary>
    public static FrozenDictionary<string, BinaryOperator> Binary { get; } =
        Enum.GetValues<BinaryOperator>().ToFrozenDictionary(NameOf, StringComparer.Ordinal);

    public static string NameOf(BinaryOperator name) => name switch
    {
        BinaryOperator.Contains => "contains",
        BinaryOperator.ContainsAll => "containsAll",
        BinaryOperator.ContainsAny => "containsAny",
        BinaryOperator.GetTag => "getTag",
        BinaryOperator.HasTag => "hasTag",
        _ => ExpressionPrinter.SignOf(name),
    };

    public static string NameOf(ArithmeticOperator name) => name switch
    {
        ArithmeticOperator.Add => "+",
        ArithmeticOperator.Subtract => "-",
        _ => "*",
    };

    /// <summary>Says whether operands of an operator are nested on their left sides.</summary>
    public static bool IsChain(string name) => name is "&&" or "||" or "+" or "-" or "*";

    /// <summary>Says whether an operator on the left side of another belongs to the same chain.</summary>
    public static bool IsSameChain(string name, string left) => name is "+" or "-" ? left is "+" or "-" : name == left;

    /// <summary>The node of a chain.</summary>
    public static Expression Chain(ImmutableArray<string> operators, ImmutableArray<Expression> operands) => operators[0] switch
    {
        "&&" => new Expression.And(operands),
        "||" => new Expression.Or(operands),
        _ => new Expression.Arithmetic(operands, [.. operators.Select(ArithmeticOf)]),
    };

    private static ArithmeticOperator ArithmeticOf(string name) => name switch
    {
        "+" => ArithmeticOperator.Add,
        "-" => ArithmeticOperator.Subtract,
        _ => ArithmeticOperator.Multiply,
    };
}
