using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Evaluation;

namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>Reads expressions from <c>if</c> down to arithmetic (grammar specification, Expr to Mult). Recursive descent whose depth is
/// limited, so no text can exhaust the stack.</summary>
internal sealed class ExpressionParser
{
    /// <summary>One level of brackets adds a handful of nodes to the tree, and a chain of attributes adds one for each; this bounds
    /// both.</summary>
    private const int MaxDepthPerLevel = 4;

    private readonly TokenReader _reader;
    private readonly int _maxNesting;
    private readonly MemberParser _members;
    private int _nesting;

    /// <summary>Initializes a parser.</summary>
    /// <param name="reader">The tokens.</param>
    /// <param name="maxNesting">The deepest nesting.</param>
    /// <param name="inContract">Whether there may be names, maps and calls, as in contracts.</param>
    public ExpressionParser(TokenReader reader, int maxNesting, bool inContract = false)
    {
        _reader = reader;
        _maxNesting = maxNesting;
        _members = new MemberParser(reader, this, inContract);
    }

    public Expression? ReadExpression()
    {
        if (_nesting == _maxNesting)
        {
            FailNesting(_reader.Position);
            return null;
        }

        _nesting++;
        Expression? expression = _reader.IsWord("if") ? ReadIf() : ReadChain(TokenKind.Or);
        _nesting--;
        return Limited(expression);
    }

    /// <summary>Refuses a tree that is too deep, whichever way it became so.</summary>
    public Expression? Limited(Expression? expression)
    {
        if (expression is not null && expression.Depth > _maxNesting * MaxDepthPerLevel)
        {
            FailNesting(expression.Position);
            return null;
        }

        return expression;
    }

    /// <summary>Reads arguments and the bracket behind them; <see langword="default"/> after an error.</summary>
    public ImmutableArray<Expression> ReadArguments() => _members.ReadArguments();

    /// <summary>Reads an operand of a relation.</summary>
    public Expression? ReadSum() => ReadArithmetic(additive: true);

    private Expression.If? ReadIf()
    {
        TextPosition position = _reader.Take().Position;
        return ReadExpression() is { } condition && ExpectWord("then") && ReadExpression() is { } whenTrue && ExpectWord("else")
            && ReadExpression() is { } whenFalse
            ? new Expression.If(position, condition, whenTrue, whenFalse)
            : null;
    }

    /// <summary>Reads operands of <c>||</c>, each a chain of <c>&amp;&amp;</c>.</summary>
    private Expression? ReadChain(TokenKind separator)
    {
        Expression? operand = separator == TokenKind.Or ? ReadChain(TokenKind.And) : ReadRelation();
        if (operand is null || !_reader.Is(separator))
        {
            return operand;
        }

        ImmutableArray<Expression>.Builder operands = ImmutableArray.CreateBuilder<Expression>();
        operands.Add(operand);
        while (_reader.TryTake(separator))
        {
            operand = separator == TokenKind.Or ? ReadChain(TokenKind.And) : ReadRelation();
            if (operand is null)
            {
                return null;
            }

            operands.Add(operand);
        }

        return separator == TokenKind.Or
            ? new Expression.Or(operands.DrainToImmutable())
            : new Expression.And(operands.DrainToImmutable());
    }

    private Expression? ReadRelation()
    {
        if (ReadSum() is not { } left)
        {
            return null;
        }

        Expression? relation = _reader switch
        {
            _ when _reader.TryTakeWord("has") => ReadHas(left),
            _ when _reader.TryTakeWord("like") => ReadLike(left),
            _ when _reader.TryTakeWord("is") => ReadIs(left),
            _ when TryTakeRelation(out BinaryOperator name) => ReadSum() is { } right ? new Expression.Binary(name, left, right) : null,
            _ => _reader.Error is null ? left : null,
        };
        if (relation is not null && relation != left && NextIsRelation())
        {
            _reader.FailAtCurrent("Relations cannot be chained; put parentheses around one of them");
            return null;
        }

        return relation;
    }

    private Expression? ReadHas(Expression target)
    {
        if (target is Expression.Named map)
        {
            return ReadSum() is { } key ? new Expression.HasEntry(map.Position, map.Text, key) : null;
        }

        if (_reader.Is(TokenKind.String))
        {
            return _reader.TryReadText("an attribute's name", out string? single) ? new Expression.HasAttribute(target, [single]) : null;
        }

        ImmutableArray<string>.Builder path = ImmutableArray.CreateBuilder<string>();
        do
        {
            if (!_reader.TryReadName("an attribute's name", out string? name))
            {
                return null;
            }

            path.Add(name);
            if (path.Count > _maxNesting)
            {
                FailNesting(target.Position);
                return null;
            }
        }
        while (_reader.TryTake(TokenKind.Dot));

        return new Expression.HasAttribute(target, path.DrainToImmutable());
    }

    private Expression.Like? ReadLike(Expression target)
    {
        ImmutableArray<string> parts = _reader.ReadPattern();
        return parts.IsDefault ? null : new Expression.Like(target, new Pattern(parts));
    }

    private Expression.Is? ReadIs(Expression target)
    {
        if (!_reader.TryReadPath("an entity type", out string? type))
        {
            return null;
        }

        if (!_reader.TryTakeWord("in"))
        {
            return new Expression.Is(target, type, null);
        }

        return ReadSum() is { } container ? new Expression.Is(target, type, container) : null;
    }

    private Expression? ReadArithmetic(bool additive)
    {
        Expression? operand = additive ? ReadArithmetic(additive: false) : _members.ReadUnary();
        if (operand is null || ArithmeticOperatorHere(additive) is null)
        {
            return operand is not null && FailIfDivision() ? null : operand;
        }

        ImmutableArray<Expression>.Builder operands = ImmutableArray.CreateBuilder<Expression>();
        ImmutableArray<ArithmeticOperator>.Builder operators = ImmutableArray.CreateBuilder<ArithmeticOperator>();
        operands.Add(operand);
        while (ArithmeticOperatorHere(additive) is { } name)
        {
            _reader.Take();
            operand = additive ? ReadArithmetic(additive: false) : _members.ReadUnary();
            if (operand is null)
            {
                return null;
            }

            operators.Add(name);
            operands.Add(operand);
        }

        return FailIfDivision() ? null : new Expression.Arithmetic(operands.DrainToImmutable(), operators.DrainToImmutable());
    }

    private ArithmeticOperator? ArithmeticOperatorHere(bool additive) => (_reader.Current.Kind, additive) switch
    {
        (TokenKind.Plus, true) => ArithmeticOperator.Add,
        (TokenKind.Minus, true) => ArithmeticOperator.Subtract,
        (TokenKind.Times, false) => ArithmeticOperator.Multiply,
        _ => null,
    };

    private bool FailIfDivision()
    {
        bool found = _reader.Is(TokenKind.Divide) || _reader.Is(TokenKind.Remainder);
        if (found)
        {
            _reader.Fail(_reader.Position, "Cedar has no division and no remainder; compare with a product instead.");
        }

        return found;
    }

    private bool TryTakeRelation(out BinaryOperator name)
    {
        BinaryOperator? found = _reader.Current.Kind switch
        {
            TokenKind.Equal => BinaryOperator.Equal,
            TokenKind.NotEqual => BinaryOperator.NotEqual,
            TokenKind.Less => BinaryOperator.Less,
            TokenKind.LessOrEqual => BinaryOperator.LessOrEqual,
            TokenKind.Greater => BinaryOperator.Greater,
            TokenKind.GreaterOrEqual => BinaryOperator.GreaterOrEqual,
            TokenKind.Identifier when _reader.IsWord("in") => BinaryOperator.In,
            _ => null,
        };
        if (_reader.Is(TokenKind.Assign))
        {
            _reader.Fail(_reader.Position, "'=' is no operator; write '==' to compare.");
        }

        name = found ?? default;
        if (found is not null)
        {
            _reader.Take();
        }

        return found is not null;
    }

    private bool NextIsRelation() =>
        _reader.Current.Kind is TokenKind.Equal or TokenKind.NotEqual or TokenKind.Less or TokenKind.LessOrEqual or TokenKind.Greater
            or TokenKind.GreaterOrEqual or TokenKind.Assign
        || _reader.IsWord("in") || _reader.IsWord("has") || _reader.IsWord("like") || _reader.IsWord("is");

    private bool ExpectWord(string word)
    {
        if (_reader.TryTakeWord(word))
        {
            return true;
        }

        _reader.FailAtCurrent($"An 'if' goes on with '{word}' here");
        return false;
    }

    private void FailNesting(TextPosition position) =>
        _reader.Fail(position, $"This is nested deeper than {_maxNesting}; split the condition into several 'when' clauses or policies.");
}
