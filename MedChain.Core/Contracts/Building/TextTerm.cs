using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Building;

/// <summary>A part that is a text which may be missing from the request.</summary>
public sealed class TextTerm : PolicyTerm
{
    private readonly TruthTerm _isThere;

    internal TextTerm(Expression.GetAttribute node)
        : base(node) => _isThere = new TruthTerm(new Expression.HasAttribute(node.Target, [node.Name]));

    /// <summary>Gets the condition that the text is there and not empty.</summary>
    public TruthTerm IsGiven => _isThere & Compare(BinaryOperator.NotEqual, Literal(new StringValue("")));

    /// <summary>The text is there and is this one.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The condition.</returns>
    public TruthTerm Is(string text) => _isThere & Compare(BinaryOperator.Equal, Literal(new StringValue(text)));
}
