using System.Collections.Immutable;
using System.Globalization;
using MedChain.Core.Contracts.Cedar.Evaluation;

namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>Reads the tightest-binding expressions (grammar specification, Unary, Member and Primary).</summary>
internal sealed class MemberParser(TokenReader reader, ExpressionParser expressions, bool inContract)
{
    private const int MaxUnaryOperators = 4;
    private const ulong MagnitudeOfSmallestLong = 1UL << 63;

    public Expression? ReadUnary()
    {
        TokenKind sign = reader.Current.Kind;
        if (sign is not (TokenKind.Not or TokenKind.Minus))
        {
            return ReadMember(negativeLiteral: false);
        }

        TextPosition position = reader.Position;
        int count = 0;
        while (reader.TryTake(sign))
        {
            count++;
        }

        if (count > MaxUnaryOperators)
        {
            reader.Fail(position, $"{count} signs in a row; Cedar allows {MaxUnaryOperators}, and one or two say the same.");
            return null;
        }

        if (reader.Current.Kind is TokenKind.Not or TokenKind.Minus)
        {
            reader.FailAtCurrent("'!' and '-' cannot follow one another; put parentheses around the inner one");
            return null;
        }

        // The innermost minus belongs to the number, or the smallest Long could not be written.
        bool takesSign = sign == TokenKind.Minus && reader.Is(TokenKind.Number)
            && reader.KindAfter(1) is not (TokenKind.Dot or TokenKind.OpenBracket);
        Expression? operand = ReadMember(takesSign);
        for (int i = takesSign ? 1 : 0; i < count && operand is not null; i++)
        {
            operand = sign == TokenKind.Not ? new Expression.Not(position, operand) : new Expression.Negate(position, operand);
        }

        return operand;
    }

    private Expression? ReadMember(bool negativeLiteral)
    {
        Expression? member = ReadPrimary(negativeLiteral);
        while (member is not null)
        {
            if (reader.TryTake(TokenKind.Dot))
            {
                member = expressions.Limited(ReadAccess(member));
            }
            else if (member is Expression.Named map && reader.TryTake(TokenKind.OpenBracket))
            {
                member = expressions.ReadExpression() is { } key && reader.Expect(TokenKind.CloseBracket, "']' behind the key")
                    ? expressions.Limited(new Expression.Entry(map.Position, map.Text, key))
                    : null;
            }
            else if (reader.TryTake(TokenKind.OpenBracket))
            {
                member = reader.TryReadText("an attribute's name in quotes", out string? name)
                    && reader.Expect(TokenKind.CloseBracket, "']' behind the attribute's name")
                    ? expressions.Limited(new Expression.GetAttribute(member, name))
                    : null;
            }
            else if (reader.Is(TokenKind.OpenParenthesis))
            {
                reader.Fail(reader.Position, "Only functions and methods can be called; remove the parentheses or write an operator.");
                return null;
            }
            else
            {
                return member;
            }
        }

        return null;
    }

    private Expression? ReadAccess(Expression target)
    {
        TextPosition position = reader.Position;
        if (!reader.TryReadName("an attribute or a method", out string? name))
        {
            return null;
        }

        if (!reader.TryTake(TokenKind.OpenParenthesis))
        {
            return new Expression.GetAttribute(target, name);
        }

        ImmutableArray<Expression> arguments = ReadArguments();
        return arguments.IsDefault ? null : MakeMethodCall(position, target, name, arguments);
    }

    public ImmutableArray<Expression> ReadArguments() => ReadList(TokenKind.CloseParenthesis, "')' behind the arguments");

    private Expression? MakeMethodCall(TextPosition position, Expression target, string name, ImmutableArray<Expression> arguments)
    {
        BinaryOperator? builtIn = name switch
        {
            "contains" => BinaryOperator.Contains,
            "containsAll" => BinaryOperator.ContainsAll,
            "containsAny" => BinaryOperator.ContainsAny,
            "getTag" => BinaryOperator.GetTag,
            "hasTag" => BinaryOperator.HasTag,
            _ => null,
        };
        if (builtIn is { } method)
        {
            return CheckCount(position, name, arguments.Length, 1) ? new Expression.Binary(method, target, arguments[0]) : null;
        }

        if (name == "isEmpty")
        {
            return CheckCount(position, name, arguments.Length, 0) ? new Expression.IsEmpty(target) : null;
        }

        if (ExtensionFunctions.ByName.TryGetValue(name, out ExtensionFunction? function) && function.IsMethod)
        {
            return new Expression.Call(position, function, arguments.Insert(0, target));
        }

        if (inContract && function is null)
        {
            return new Expression.Invoke(position, target, name, arguments);
        }

        reader.Fail(position, function is not null
            ? $"\"{name}\" is a function, not a method; write {name}(...)."
            : $"There is no method \"{Quoting.Shorten(name)}\"; see the language's list of methods, such as contains or isInRange.");
        return null;
    }

    private bool CheckCount(TextPosition position, string name, int found, int expected)
    {
        if (found != expected)
        {
            reader.Fail(position, string.Create(CultureInfo.InvariantCulture, $"\"{name}\" takes {expected} arguments, not {found}."));
        }

        return found == expected;
    }

    private Expression? ReadPrimary(bool negativeLiteral)
    {
        TextPosition position = reader.Position;
        switch (reader.Current.Kind)
        {
            case TokenKind.Number:
                return ReadNumber(negativeLiteral);
            case TokenKind.String:
                return reader.TryReadText("a string", out string? text) ? new Expression.Literal(position, new StringValue(text)) : null;
            case TokenKind.OpenParenthesis:
                reader.Take();
                return expressions.ReadExpression() is { } inner && reader.Expect(TokenKind.CloseParenthesis, "')'") ? inner : null;
            case TokenKind.OpenBracket:
                reader.Take();
                ImmutableArray<Expression> elements = ReadList(TokenKind.CloseBracket, "']' behind the elements");
                return elements.IsDefault ? null : new Expression.SetOf(position, elements);
            case TokenKind.OpenBrace:
                reader.Take();
                return ReadRecord(position);
            case TokenKind.Identifier:
                return ReadWord(position);
            case TokenKind.Slot:
                reader.Fail(position, "A slot can only stand in the scope, behind '==' or 'in'; write principal or resource instead.");
                return null;
            default:
                reader.FailAtCurrent("Write an expression here");
                return null;
        }
    }

    private Expression.Literal? ReadNumber(bool negative)
    {
        Token token = reader.Take();
        ulong magnitude = 0;
        if (!ulong.TryParse(reader.TextOf(token), NumberStyles.None, CultureInfo.InvariantCulture, out magnitude)
            || magnitude > (negative ? MagnitudeOfSmallestLong : long.MaxValue))
        {
            reader.Fail(token.Position, $"This number is outside {long.MinValue} to {long.MaxValue}; write a smaller one.");
            return null;
        }

        return new Expression.Literal(token.Position, new LongValue(negative ? unchecked(-(long)magnitude) : (long)magnitude));
    }

    private Expression? ReadWord(TextPosition position)
    {
        if (reader.TryTakeWord("true"))
        {
            return new Expression.Literal(position, BooleanValue.True);
        }

        if (reader.TryTakeWord("false"))
        {
            return new Expression.Literal(position, BooleanValue.False);
        }

        if (!reader.TryReadPath("a name", out string? path))
        {
            return null;
        }

        if (reader.TryTake(TokenKind.PathSeparator))
        {
            return reader.TryReadText("an entity's identifier in quotes", out string? id)
                ? new Expression.Literal(position, new EntityValue(new EntityUid(path, id)))
                : null;
        }

        if (reader.TryTake(TokenKind.OpenParenthesis))
        {
            ImmutableArray<Expression> arguments = ReadArguments();
            return arguments.IsDefault ? null : MakeFunctionCall(position, path, arguments);
        }

        RequestVariable? variable = path switch
        {
            "principal" => RequestVariable.Principal,
            "action" => RequestVariable.Action,
            "resource" => RequestVariable.Resource,
            "context" => RequestVariable.Context,
            _ => null,
        };
        if (variable is null && inContract)
        {
            return new Expression.Named(position, path);
        }

        if (variable is null)
        {
            reader.Fail(position, $"\"{Quoting.Shorten(path)}\" is no variable; write principal, action, resource or context, an entity as "
                + "Type::\"id\", or a string in quotes.");
            return null;
        }

        return new Expression.Variable(position, variable.Value);
    }

    private Expression? MakeFunctionCall(TextPosition position, string name, ImmutableArray<Expression> arguments)
    {
        bool known = ExtensionFunctions.ByName.TryGetValue(name, out ExtensionFunction? function);
        if (known && !function!.IsMethod)
        {
            return new Expression.Call(position, function, arguments);
        }

        if (inContract && !known)
        {
            return new Expression.Invoke(position, null, name, arguments);
        }

        reader.Fail(position, known || name is "contains" or "containsAll" or "containsAny" or "isEmpty" or "getTag" or "hasTag"
            ? $"\"{name}\" is a method; write value.{name}(...)."
            : $"There is no function \"{Quoting.Shorten(name)}\"; the functions are decimal, ip, datetime and duration.");
        return null;
    }

    private Expression.RecordOf? ReadRecord(TextPosition position)
    {
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<Expression>.Builder values = ImmutableArray.CreateBuilder<Expression>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!reader.TryTake(TokenKind.CloseBrace))
        {
            TextPosition at = reader.Position;
            if (!reader.TryReadNameOrText("an attribute's name", out string? name)
                || !reader.Expect(TokenKind.Colon, "':' behind the attribute's name") || expressions.ReadExpression() is not { } value)
            {
                return null;
            }

            if (!seen.Add(name))
            {
                reader.Fail(at, $"The attribute \"{Quoting.Shorten(name)}\" occurs twice in this record; remove one.");
                return null;
            }

            names.Add(name);
            values.Add(value);
            if (!reader.TryTake(TokenKind.Comma))
            {
                return reader.Expect(TokenKind.CloseBrace, "'}' behind the attributes")
                    ? new Expression.RecordOf(position, names.DrainToImmutable(), values.DrainToImmutable())
                    : null;
            }
        }

        return new Expression.RecordOf(position, names.DrainToImmutable(), values.DrainToImmutable());
    }

    /// <summary>Reads expressions and commas up to the closing bracket; a comma may stand before it.</summary>
    private ImmutableArray<Expression> ReadList(TokenKind close, string what)
    {
        ImmutableArray<Expression>.Builder items = ImmutableArray.CreateBuilder<Expression>();
        while (!reader.TryTake(close))
        {
            if (expressions.ReadExpression() is not { } item)
            {
                return default;
            }

            items.Add(item);
            if (!reader.TryTake(TokenKind.Comma))
            {
                return reader.Expect(close, what) ? items.DrainToImmutable() : default;
            }
        }

        return items.DrainToImmutable();
    }
}
