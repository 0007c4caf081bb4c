using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Building;

/// <summary>A part that is a 64-bit number.</summary>
[SuppressMessage("Usage", "CA2225", Justification = "The operators are Cedar's; named twins would be a second way to write the same.")]
[SuppressMessage("Design", "CA1046", Justification = "'==' makes a part of a condition, as in Cedar; it compares nothing.")]
public sealed class NumberTerm : PolicyTerm
{
    internal NumberTerm(Expression node)
        : base(node)
    {
    }

    /// <summary>A number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator NumberTerm(long value) => new(Literal(new LongValue(value)));

    /// <summary>The sum; evaluation fails beyond 64 bits.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static NumberTerm operator +(NumberTerm left, NumberTerm right) => Join(left, ArithmeticOperator.Add, right);

    /// <summary>The difference; evaluation fails beyond 64 bits.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static NumberTerm operator -(NumberTerm left, NumberTerm right) => Join(left, ArithmeticOperator.Subtract, right);

    /// <summary>The product; evaluation fails beyond 64 bits.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static NumberTerm operator *(NumberTerm left, NumberTerm right) => Join(left, ArithmeticOperator.Multiply, right);

    /// <summary>Equal.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static TruthTerm operator ==(NumberTerm left, NumberTerm right) => Compare(left, BinaryOperator.Equal, right);

    /// <summary>Not equal.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static TruthTerm operator !=(NumberTerm left, NumberTerm right) => Compare(left, BinaryOperator.NotEqual, right);

    /// <summary>Less.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static TruthTerm operator <(NumberTerm left, NumberTerm right) => Compare(left, BinaryOperator.Less, right);

    /// <summary>Less or equal.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static TruthTerm operator <=(NumberTerm left, NumberTerm right) => Compare(left, BinaryOperator.LessOrEqual, right);

    /// <summary>Greater.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static TruthTerm operator >(NumberTerm left, NumberTerm right) => Compare(left, BinaryOperator.Greater, right);

    /// <summary>Greater or equal.</summary>
    /// <param name="left">One side.</param>
    /// <param name="right">The other.</param>
    public static TruthTerm operator >=(NumberTerm left, NumberTerm right) => Compare(left, BinaryOperator.GreaterOrEqual, right);

    /// <summary>Whether it is the same object.</summary>
    /// <param name="obj">Another object.</param>
    /// <returns>The answer.</returns>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    private static TruthTerm Compare(NumberTerm left, BinaryOperator name, NumberTerm right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.Compare(name, right.Node);
    }

    /// <summary>A chain of one kind is one node, as the parser makes it.</summary>
    private static NumberTerm Join(NumberTerm left, ArithmeticOperator name, NumberTerm right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        bool isProduct = name == ArithmeticOperator.Multiply;
        (ImmutableArray<Expression> operands, ImmutableArray<ArithmeticOperator> operators) =
            left.Node is Expression.Arithmetic chain && (chain.Operators[0] == ArithmeticOperator.Multiply) == isProduct
                ? (chain.Operands, chain.Operators)
                : ([left.Node], []);
        return new NumberTerm(new Expression.Arithmetic(operands.Add(right.Node), operators.Add(name)));
    }
}
