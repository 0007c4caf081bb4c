using MedChain.Core.Contracts.Cedar.Evaluation;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Building;

/// <summary>A part of a condition that a C# author writes. Its operators make larger parts; nothing is evaluated.</summary>
public abstract class PolicyTerm
{
    private protected PolicyTerm(Expression node) => Node = node;

    /// <summary>Where all nodes are that were not read from a text.</summary>
    internal static TextPosition Nowhere => new(1, 1);

    internal Expression Node { get; }

    /// <summary>The part as Cedar text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => ExpressionPrinter.Print(Node);

    internal static Expression Literal(CedarValue value) => new Expression.Literal(Nowhere, value);

    /// <summary>The call of a function that reads a value from a text, such as <c>datetime("2027-01-01")</c>.</summary>
    internal static Expression Call(string function, string text) =>
        new Expression.Call(Nowhere, ExtensionFunctions.ByName[function], [Literal(new StringValue(text))]);

    private protected TruthTerm Compare(BinaryOperator name, Expression right) => new(new Expression.Binary(name, Node, right));
}
