using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Building;

/// <summary>A part that holds or does not. Joined by <c>&amp;&amp;</c> and <c>||</c>, which always take both sides, and turned by
/// <c>!</c>.</summary>
[SuppressMessage("Usage", "CA2225", Justification = "The operators are Cedar's; named twins would be a second way to write the same.")]
public sealed class TruthTerm : PolicyTerm
{
    internal TruthTerm(Expression node)
        : base(node)
    {
    }

    /// <summary>Both hold.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static TruthTerm operator &(TruthTerm left, TruthTerm right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ImmutableArray<Expression> before = left.Node is Expression.And and ? and.Operands : [left.Node];
        return new TruthTerm(new Expression.And(before.Add(right.Node)));
    }

    /// <summary>One of the two holds, or both.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static TruthTerm operator |(TruthTerm left, TruthTerm right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ImmutableArray<Expression> before = left.Node is Expression.Or or ? or.Operands : [left.Node];
        return new TruthTerm(new Expression.Or(before.Add(right.Node)));
    }

    /// <summary>It does not hold.</summary>
    /// <param name="term">The part.</param>
    public static TruthTerm operator !(TruthTerm term)
    {
        ArgumentNullException.ThrowIfNull(term);
        return new TruthTerm(new Expression.Not(Nowhere, term.Node));
    }

    /// <summary>Never: so that <c>||</c> takes both sides.</summary>
    /// <param name="term">The part.</param>
    public static bool operator true(TruthTerm term) => false;

    /// <summary>Never: so that <c>&amp;&amp;</c> takes both sides.</summary>
    /// <param name="term">The part.</param>
    public static bool operator false(TruthTerm term) => false;
}
