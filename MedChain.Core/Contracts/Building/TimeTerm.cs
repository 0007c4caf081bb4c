using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Building;

/// <summary>A part that is a moment, to the millisecond.</summary>
[SuppressMessage("Usage", "CA2225", Justification = "The operators are Cedar's; named twins would be a second way to write the same.")]
public sealed class TimeTerm : PolicyTerm
{
    internal TimeTerm(Expression node)
        : base(node)
    {
    }

    /// <summary>A moment.</summary>
    /// <param name="value">The moment; parts of a millisecond are cut off.</param>
    public static implicit operator TimeTerm(DateTimeOffset value) => new(Call(
        "datetime", value.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Earlier.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static TruthTerm operator <(TimeTerm left, TimeTerm right) => Compare(left, BinaryOperator.Less, right);

    /// <summary>Earlier or the same.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static TruthTerm operator <=(TimeTerm left, TimeTerm right) => Compare(left, BinaryOperator.LessOrEqual, right);

    /// <summary>Later.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static TruthTerm operator >(TimeTerm left, TimeTerm right) => Compare(left, BinaryOperator.Greater, right);

    /// <summary>Later or the same.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static TruthTerm operator >=(TimeTerm left, TimeTerm right) => Compare(left, BinaryOperator.GreaterOrEqual, right);

    private static TruthTerm Compare(TimeTerm left, BinaryOperator name, TimeTerm right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.Compare(name, right.Node);
    }
}
