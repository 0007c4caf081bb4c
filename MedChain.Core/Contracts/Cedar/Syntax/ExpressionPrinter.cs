using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>Writes expressions as Cedar text that reads back as the same tree. Operands that are no single word get parentheses.</summary>
internal static class ExpressionPrinter
{
    public static string Print(Expression expression)
    {
        var output = new StringBuilder();
        Append(output, expression);
        return output.ToString();
    }

    private static void Append(StringBuilder output, Expression expression)
    {
        switch (expression)
        {
            case Expression.Literal literal:
                output.Append(literal.Value);
                break;
            case Expression.Variable variable:
                output.Append(NameOf(variable.Name));
                break;
            case Expression.And and:
                AppendChain(output, and.Operands, " && ");
                break;
            case Expression.Or or:
                AppendChain(output, or.Operands, " || ");
                break;
            case Expression.Not not:
                AppendOperand(output.Append('!'), not.Operand, parenthesizeNumbers: true);
                break;
            case Expression.Negate negate:
                AppendOperand(output.Append('-'), negate.Operand, parenthesizeNumbers: true);
                break;
            case Expression.Arithmetic arithmetic:
                AppendArithmetic(output, arithmetic);
                break;
            case Expression.Binary binary:
                AppendBinary(output, binary);
                break;
            case Expression.If choice:
                Append(output.Append("if "), choice.Condition);
                Append(output.Append(" then "), choice.WhenTrue);
                Append(output.Append(" else "), choice.WhenFalse);
                break;
            default:
                AppendOther(output, expression);
                break;
        }
    }

    private static void AppendOther(StringBuilder output, Expression expression)
    {
        switch (expression)
        {
            case Expression.GetAttribute get:
                AppendOperand(output, get.Target, parenthesizeNumbers: true);
                output.Append(Identifiers.IsUsable(get.Name) ? $".{get.Name}" : $"[{Quoting.Quote(get.Name)}]");
                break;
            case Expression.HasAttribute has:
                AppendOperand(output, has.Target);
                output.Append(" has ");
                bool isQuoted = has.Path.Length == 1 && !Identifiers.IsUsable(has.Path[0]);
                output.Append(isQuoted ? Quoting.Quote(has.Path[0]) : string.Join('.', has.Path));
                break;
            case Expression.Like like:
                AppendOperand(output, like.Target);
                output.Append(" like ").Append(Quoting.QuotePattern(like.Pattern.Parts));
                break;
            case Expression.Is test:
                AppendOperand(output, test.Target);
                output.Append(CultureInfo.InvariantCulture, $" is {test.Type}");
                if (test.Container is not null)
                {
                    AppendOperand(output.Append(" in "), test.Container);
                }

                break;
            case Expression.IsEmpty test:
                AppendOperand(output, test.Target, parenthesizeNumbers: true);
                output.Append(".isEmpty()");
                break;
            case Expression.SetOf set:
                AppendList(output.Append('['), set.Elements);
                output.Append(']');
                break;
            case Expression.RecordOf record:
                AppendRecord(output, record);
                break;
            case Expression.Call call:
                AppendCall(output, call);
                break;
            case Expression.Named name:
                output.Append(name.Text);
                break;
            case Expression.Entry entry:
                Append(output.Append(entry.Map).Append('['), entry.Key);
                output.Append(']');
                break;
            case Expression.HasEntry test:
                AppendOperand(output.Append(test.Map).Append(" has "), test.Key);
                break;
            case Expression.Invoke call:
                AppendInvoke(output, call);
                break;
            default:
                throw new InvalidOperationException($"The node {expression.GetType().Name} has no text.");
        }
    }

    private static void AppendInvoke(StringBuilder output, Expression.Invoke call)
    {
        if (call.Contract is not null)
        {
            AppendOperand(output, call.Contract, parenthesizeNumbers: true);
            output.Append('.');
        }

        AppendList(output.Append(call.Name).Append('('), call.Arguments);
        output.Append(')');
    }

    private static void AppendChain(StringBuilder output, ImmutableArray<Expression> operands, string separator)
    {
        for (int i = 0; i < operands.Length; i++)
        {
            AppendOperand(output.Append(i == 0 ? "" : separator), operands[i]);
        }
    }

    private static void AppendArithmetic(StringBuilder output, Expression.Arithmetic arithmetic)
    {
        AppendOperand(output, arithmetic.Operands[0]);
        for (int i = 0; i < arithmetic.Operators.Length; i++)
        {
            output.Append(arithmetic.Operators[i] switch
            {
                ArithmeticOperator.Add => " + ",
                ArithmeticOperator.Subtract => " - ",
                _ => " * ",
            });
            AppendOperand(output, arithmetic.Operands[i + 1]);
        }
    }

    private static void AppendBinary(StringBuilder output, Expression.Binary binary)
    {
        if (MethodOf(binary.Operator) is { } method)
        {
            AppendOperand(output, binary.Left, parenthesizeNumbers: true);
            Append(output.Append(CultureInfo.InvariantCulture, $".{method}("), binary.Right);
            output.Append(')');
            return;
        }

        AppendOperand(output, binary.Left);
        output.Append(binary.Operator switch
        {
            BinaryOperator.Equal => " == ",
            BinaryOperator.NotEqual => " != ",
            BinaryOperator.Less => " < ",
            BinaryOperator.LessOrEqual => " <= ",
            BinaryOperator.Greater => " > ",
            BinaryOperator.GreaterOrEqual => " >= ",
            _ => " in ",
        });
        AppendOperand(output, binary.Right);
    }

    private static void AppendRecord(StringBuilder output, Expression.RecordOf record)
    {
        output.Append('{');
        for (int i = 0; i < record.Names.Length; i++)
        {
            output.Append(i == 0 ? "" : ", ").Append(Quoting.Quote(record.Names[i])).Append(": ");
            Append(output, record.Values[i]);
        }

        output.Append('}');
    }

    private static void AppendCall(StringBuilder output, Expression.Call call)
    {
        if (call.Function.IsMethod)
        {
            AppendOperand(output, call.Arguments[0], parenthesizeNumbers: true);
            output.Append('.');
        }

        AppendList(output.Append(call.Function.Name).Append('('), call.Function.IsMethod ? call.Arguments[1..] : call.Arguments);
        output.Append(')');
    }

    private static void AppendList(StringBuilder output, ImmutableArray<Expression> items)
    {
        for (int i = 0; i < items.Length; i++)
        {
            Append(output.Append(i == 0 ? "" : ", "), items[i]);
        }
    }

    private static void AppendOperand(StringBuilder output, Expression operand, bool parenthesizeNumbers = false)
    {
        bool isWord = operand switch
        {
            Expression.Literal { Value: LongValue } => !parenthesizeNumbers,
            Expression.Literal or Expression.Variable or Expression.SetOf or Expression.RecordOf or Expression.GetAttribute
                or Expression.IsEmpty or Expression.Call or Expression.Named or Expression.Entry or Expression.Invoke => true,
            Expression.Binary binary => MethodOf(binary.Operator) is not null,
            _ => false,
        };
        output.Append(isWord ? "" : "(");
        Append(output, operand);
        output.Append(isWord ? "" : ")");
    }

    private static string? MethodOf(BinaryOperator name) => name switch
    {
        BinaryOperator.Contains => "contains",
        BinaryOperator.ContainsAll => "containsAll",
        BinaryOperator.ContainsAny => "containsAny",
        BinaryOperator.GetTag => "getTag",
        BinaryOperator.HasTag => "hasTag",
        _ => null,
    };

    private static string NameOf(RequestVariable variable) => variable switch
    {
        RequestVariable.Principal => "principal",
        RequestVariable.Action => "action",
        RequestVariable.Resource => "resource",
        _ => "context",
    };
}
