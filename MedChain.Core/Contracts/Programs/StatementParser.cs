using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Programs;

/// <summary>Reads statements. Expressions in them are Cedar's, with names of variables, <c>map[key]</c>, <c>map has key</c> and
/// calls.</summary>
internal sealed class StatementParser(TokenReader reader, ExpressionParser expressions, int maxNesting)
{
    private int _nesting;

    /// <summary>Reads statements in braces; <see langword="default"/> after an error.</summary>
    public ImmutableArray<StatementSyntax> ReadBlock()
    {
        if (_nesting == maxNesting)
        {
            reader.Fail(reader.Position, $"Blocks are nested deeper than {maxNesting}; move the inner ones into a function.");
            return default;
        }

        if (!reader.Expect(TokenKind.OpenBrace, "'{' before the statements"))
        {
            return default;
        }

        _nesting++;
        ImmutableArray<StatementSyntax>.Builder statements = ImmutableArray.CreateBuilder<StatementSyntax>();
        while (!reader.TryTake(TokenKind.CloseBrace))
        {
            if (ReadStatement() is not { } statement)
            {
                return default;
            }

            statements.Add(statement);
        }

        _nesting--;
        return statements.DrainToImmutable();
    }

    private StatementSyntax? ReadStatement()
    {
        TextPosition position = reader.Position;
        if (reader.TryTakeWord("if"))
        {
            return ReadIf(position);
        }

        if (reader.TryTakeWord("while"))
        {
            return expressions.ReadExpression() is { } condition && ReadBlock() is { IsDefault: false } body
                ? new StatementSyntax.While(position, condition, body)
                : null;
        }

        if (reader.TryTakeWord("for"))
        {
            return ReadFor(position);
        }

        StatementSyntax? statement = ReadSimple(position);
        return statement is not null && reader.Expect(TokenKind.Semicolon, "';' behind the statement") ? statement : null;
    }

    private StatementSyntax? ReadSimple(TextPosition position)
    {
        switch (0)
        {
            case var _ when reader.TryTakeWord("let"):
                return reader.TryReadName("the variable's name", out string? name) && reader.Expect(TokenKind.Assign, "'=' and a value")
                    && expressions.ReadExpression() is { } first ? new StatementSyntax.Let(position, name, first) : null;
            case var _ when reader.TryTakeWord("delete"):
                return ReadDelete(position);
            case var _ when reader.TryTakeWord("fail"):
                return expressions.ReadExpression() is { } message ? new StatementSyntax.Fail(position, message) : null;
            case var _ when reader.TryTakeWord("return"):
                return ReadReturn(position);
            case var _ when reader.TryTakeWord("emit"):
                return ReadEmit(position);
            case var _ when reader.TryTakeWord("oblige"):
                return ReadPair() is (var duty, var detail) ? new StatementSyntax.Oblige(position, duty, detail) : null;
            case var _ when reader.TryTakeWord("consume"):
                return ReadPair() is (var counter, var amount) ? new StatementSyntax.Consume(position, counter, amount) : null;
            case var _ when reader.Is(TokenKind.Identifier)
                && reader.KindAfter(1) is TokenKind.Assign or TokenKind.OpenBracket or TokenKind.Plus or TokenKind.Minus:
                return ReadAssignment(position);
            default:
                return ReadCall(position);
        }
    }

    private StatementSyntax.If? ReadIf(TextPosition position)
    {
        if (expressions.ReadExpression() is not { } condition || ReadBlock() is not { IsDefault: false } then)
        {
            return null;
        }

        ImmutableArray<StatementSyntax> otherwise = [];
        if (reader.TryTakeWord("else"))
        {
            TextPosition inner = reader.Position;
            if (!reader.TryTakeWord("if"))
            {
                otherwise = ReadBlock();
            }
            else
            {
                // A chain of 'else if' is nested blocks, and is bounded like them.
                _nesting++;
                StatementSyntax.If? next = null;
                if (_nesting < maxNesting)
                {
                    next = ReadIf(inner);
                }
                else
                {
                    reader.Fail(inner, $"More than {maxNesting} conditions in a row; move some into a function.");
                }

                otherwise = next is null ? default : [next];
                _nesting--;
            }
        }

        return otherwise.IsDefault ? null : new StatementSyntax.If(position, condition, then, otherwise);
    }

    private StatementSyntax.For? ReadFor(TextPosition position)
    {
        if (!reader.TryReadName("a name for the key", out string? key))
        {
            return null;
        }

        if (!reader.TryTakeWord("in"))
        {
            reader.FailAtCurrent("Write 'in' and a map here");
            return null;
        }

        return reader.TryReadName("a map", out string? map) && ReadBlock() is { IsDefault: false } body
            ? new StatementSyntax.For(position, key, map, body)
            : null;
    }

    private StatementSyntax.Delete? ReadDelete(TextPosition position) =>
        reader.TryReadName("a variable", out string? name) && TryReadKey(out Expression? key)
            ? new StatementSyntax.Delete(position, name, key)
            : null;

    private StatementSyntax.Return? ReadReturn(TextPosition position)
    {
        if (reader.Is(TokenKind.Semicolon))
        {
            return new StatementSyntax.Return(position, null);
        }

        return expressions.ReadExpression() is { } value ? new StatementSyntax.Return(position, value) : null;
    }

    private StatementSyntax.Emit? ReadEmit(TextPosition position)
    {
        if (!reader.TryReadName("an event", out string? name) || !reader.Expect(TokenKind.OpenParenthesis, "'(' before the values"))
        {
            return null;
        }

        ImmutableArray<Expression> values = expressions.ReadArguments();
        return values.IsDefault ? null : new StatementSyntax.Emit(position, name, values);
    }

    private (Expression First, Expression Second)? ReadPair() =>
        expressions.ReadExpression() is { } first && reader.Expect(TokenKind.Comma, "',' and the second value")
            && expressions.ReadExpression() is { } second ? (first, second) : null;

    private StatementSyntax.Assign? ReadAssignment(TextPosition position)
    {
        if (!reader.TryReadName("a variable", out string? name) || !TryReadKey(out Expression? key))
        {
            return null;
        }

        ArithmeticOperator? change = reader.TryTake(TokenKind.Plus) ? ArithmeticOperator.Add
            : reader.TryTake(TokenKind.Minus) ? ArithmeticOperator.Subtract : null;
        return reader.Expect(TokenKind.Assign, "'=' and a value") && expressions.ReadExpression() is { } value
            ? new StatementSyntax.Assign(position, name, key, change, value)
            : null;
    }

    private bool TryReadKey(out Expression? key)
    {
        key = null;
        if (!reader.TryTake(TokenKind.OpenBracket))
        {
            return true;
        }

        key = expressions.ReadExpression();
        return key is not null && reader.Expect(TokenKind.CloseBracket, "']' behind the key");
    }

    private StatementSyntax.Call? ReadCall(TextPosition position)
    {
        Expression? expression = expressions.ReadExpression();
        if (expression is Expression.Invoke call)
        {
            return new StatementSyntax.Call(position, call);
        }

        if (expression is not null)
        {
            reader.Fail(position, "This computes a value and does nothing with it; write a statement, such as 'return', 'fail' or a call.");
        }

        return null;
    }
}
