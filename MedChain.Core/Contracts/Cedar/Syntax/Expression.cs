using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Evaluation;

namespace MedChain.Core.Contracts.Cedar.Syntax;

internal enum RequestVariable
{
    Principal,
    Action,
    Resource,
    Context,
}

internal enum BinaryOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Contains,
    ContainsAll,
    ContainsAny,
    GetTag,
    HasTag,
}

internal enum ArithmeticOperator
{
    Add,
    Subtract,
    Multiply,
}

/// <summary>A node of an expression. Chains of <c>&amp;&amp;</c>, <c>||</c> and arithmetic are one node each, so a long text is not a deep
/// tree.</summary>
internal abstract partial class Expression(TextPosition position, int depth)
{
    public TextPosition Position { get; } = position;

    /// <summary>Gets the number of nodes on the longest way down, this one included.</summary>
    public int Depth { get; } = depth;

    /// <summary>Gets the nodes directly below.</summary>
    public abstract ImmutableArray<Expression> Parts { get; }

    private static int Above(ImmutableArray<Expression> parts) => parts.Aggregate(1, (depth, part) => Math.Max(depth, part.Depth + 1));

    internal sealed class Literal(TextPosition position, CedarValue value) : Expression(position, 1)
    {
        public override ImmutableArray<Expression> Parts => [];

        public CedarValue Value { get; } = value;
    }

    internal sealed class Variable(TextPosition position, RequestVariable name) : Expression(position, 1)
    {
        public override ImmutableArray<Expression> Parts => [];

        public RequestVariable Name { get; } = name;
    }

    /// <summary>Two or more operands of <c>&amp;&amp;</c>.</summary>
    internal sealed class And(ImmutableArray<Expression> operands) : Expression(operands[0].Position, Above(operands))
    {
        public override ImmutableArray<Expression> Parts => Operands;

        public ImmutableArray<Expression> Operands { get; } = operands;
    }

    /// <summary>Two or more operands of <c>||</c>.</summary>
    internal sealed class Or(ImmutableArray<Expression> operands) : Expression(operands[0].Position, Above(operands))
    {
        public override ImmutableArray<Expression> Parts => Operands;

        public ImmutableArray<Expression> Operands { get; } = operands;
    }

    internal sealed class Not(TextPosition position, Expression operand) : Expression(position, operand.Depth + 1)
    {
        public override ImmutableArray<Expression> Parts => [Operand];

        public Expression Operand { get; } = operand;
    }

    internal sealed class Negate(TextPosition position, Expression operand) : Expression(position, operand.Depth + 1)
    {
        public override ImmutableArray<Expression> Parts => [Operand];

        public Expression Operand { get; } = operand;
    }

    /// <summary>Operands from left to right with an operator before each but the first; all additive or all multiplicative.</summary>
    internal sealed class Arithmetic(ImmutableArray<Expression> operands, ImmutableArray<ArithmeticOperator> operators)
        : Expression(operands[0].Position, Above(operands))
    {
        public override ImmutableArray<Expression> Parts => Operands;

        public ImmutableArray<Expression> Operands { get; } = operands;

        public ImmutableArray<ArithmeticOperator> Operators { get; } = operators;
    }

    internal sealed class Binary(BinaryOperator name, Expression left, Expression right)
        : Expression(left.Position, Math.Max(left.Depth, right.Depth) + 1)
    {
        public override ImmutableArray<Expression> Parts => [Left, Right];

        public BinaryOperator Operator { get; } = name;

        public Expression Left { get; } = left;

        public Expression Right { get; } = right;
    }

    internal sealed class If(TextPosition position, Expression condition, Expression whenTrue, Expression whenFalse)
        : Expression(position, Math.Max(condition.Depth, Math.Max(whenTrue.Depth, whenFalse.Depth)) + 1)
    {
        public override ImmutableArray<Expression> Parts => [Condition, WhenTrue, WhenFalse];

        public Expression Condition { get; } = condition;

        public Expression WhenTrue { get; } = whenTrue;

        public Expression WhenFalse { get; } = whenFalse;
    }

    internal sealed class GetAttribute(Expression target, string name) : Expression(target.Position, target.Depth + 1)
    {
        public override ImmutableArray<Expression> Parts => [Target];

        public Expression Target { get; } = target;

        public string Name { get; } = name;
    }

    /// <summary><c>has a.b.c</c>: every attribute on the way is there.</summary>
    internal sealed class HasAttribute(Expression target, ImmutableArray<string> path) : Expression(target.Position, target.Depth + 1)
    {
        public override ImmutableArray<Expression> Parts => [Target];

        public Expression Target { get; } = target;

        public ImmutableArray<string> Path { get; } = path;
    }

    internal sealed class Like(Expression target, Pattern pattern) : Expression(target.Position, target.Depth + 1)
    {
        public override ImmutableArray<Expression> Parts => [Target];

        public Expression Target { get; } = target;

        public Pattern Pattern { get; } = pattern;
    }

    /// <summary><c>is Type</c>, or <c>is Type in entity</c>.</summary>
    internal sealed class Is(Expression target, string type, Expression? container)
        : Expression(target.Position, Math.Max(target.Depth, container?.Depth ?? 0) + 1)
    {
        public override ImmutableArray<Expression> Parts => Container is null ? [Target] : [Target, Container];

        public Expression Target { get; } = target;

        public string Type { get; } = type;

        public Expression? Container { get; } = container;
    }

    internal sealed class IsEmpty(Expression target) : Expression(target.Position, target.Depth + 1)
    {
        public override ImmutableArray<Expression> Parts => [Target];

        public Expression Target { get; } = target;
    }

    internal sealed class SetOf(TextPosition position, ImmutableArray<Expression> elements) : Expression(position, Above(elements))
    {
        public override ImmutableArray<Expression> Parts => Elements;

        public ImmutableArray<Expression> Elements { get; } = elements;
    }

    internal sealed class RecordOf(TextPosition position, ImmutableArray<string> names, ImmutableArray<Expression> values)
        : Expression(position, Above(values))
    {
        public override ImmutableArray<Expression> Parts => Values;

        public ImmutableArray<string> Names { get; } = names;

        public ImmutableArray<Expression> Values { get; } = values;
    }

    internal sealed class Call(TextPosition position, ExtensionFunction function, ImmutableArray<Expression> arguments)
        : Expression(position, Above(arguments))
    {
        public override ImmutableArray<Expression> Parts => Arguments;

        public ExtensionFunction Function { get; } = function;

        public ImmutableArray<Expression> Arguments { get; } = arguments;

        /// <summary>Gets the outcome when all arguments are literals, as in <c>datetime("2027-12-31")</c>; it is the same every
        /// time.</summary>
        public ExtensionResult? Known { get; } = arguments.Length == function.Arity && arguments.All(argument => argument is Literal)
            ? function.Apply([.. arguments.Select(argument => ((Literal)argument).Value)])
            : null;
    }
}
