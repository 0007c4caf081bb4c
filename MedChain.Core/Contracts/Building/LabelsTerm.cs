using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Building;

/// <summary>A part that is a set of labels.</summary>
public sealed class LabelsTerm : PolicyTerm
{
    internal LabelsTerm(Expression node)
        : base(node)
    {
    }

    /// <summary>The label is among them.</summary>
    /// <param name="label">The label.</param>
    /// <returns>The condition.</returns>
    public TruthTerm Contains(string label) => Compare(BinaryOperator.Contains, Literal(new StringValue(label)));
}
