using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>Writes expressions as Cedar text that reads back as the same tree, with parentheses only where the grammar needs
/// them.</summary>
internal static class ExpressionPrinter
{
    /// <summary>How tightly an expression binds (grammar specification, from Expr down to Member).</summary>
    private enum Binding
    {
        If,
        Or,
        And,
        Relation,
        Sum,
        Product,
        Unary,
        Member,
    }

    public static string Print(Expression expression)
    {
        var output = new StringBuilder();
        Append(output, expression);
        return output.ToString();
    }

    /// <summary>The text of an operand of <c>&amp;&amp;</c>.</summary>
    public static string PrintConjunct(Expression expression)
    {
        var output = new StringBuilder();
        AppendOperand(output, expression, Binding.Relation);
        return output.ToString();
    }

    public static string NameOf(RequestVariable variable) => variable switch
    {
        RequestVariable.Principal => "principal",
        RequestVariable.Action => "action",
        RequestVariable.Resource => "resource",
        _ => "context",
    };

    public static string SignOf(BinaryOperator name) => name switch
    {
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        _ => "in",
    };

    private static Binding BindingOf(Expression expression) => expression switch
    {
        Expression.If => Binding.If,
        Expression.Or => Binding.Or,
        Expression.And => Binding.And,
        Expression.Binary binary => MethodOf(binary.Operator) is null ? Binding.Relation : Binding.Member,
        Expression.HasAttribute or Expression.Like or Expression.Is or Expression.HasEntry => Binding.Relation,
        Expression.Arithmetic arithmetic => arithmetic.Operators[0] == ArithmeticOperator.Multiply ? Binding.Product : Binding.Sum,
        Expression.Not or Expression.Negate or Expression.Literal { Value: LongValue } => Binding.Unary,
        _ => Binding.Member,
    };

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
                AppendChain(output, and.Operands, " && ", Binding.Relation);
                break;
            case Expression.Or or:
                AppendChain(output, or.Operands, " || ", Binding.And);
                break;
            case Expression.Not not:
                AppendOperand(output.Append('!'), not.Operand, Binding.Member);
                break;
            case Expression.Negate negate:
                AppendOperand(output.Append('-'), negate.Operand, Binding.Member);
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
                AppendOperand(output, get.Target, Binding.Member);
                output.Append(Identifiers.IsUsable(get.Name) ? $".{get.Name}" : $"[{Quoting.Quote(get.Name)}]");
                break;
            case Expression.HasAttribute has:
                AppendOperand(output, has.Target, Binding.Sum);
                output.Append(" has ");
                bool isQuoted = has.Path.Length == 1 && !Identifiers.IsUsable(has.Path[0]);
                output.Append(isQuoted ? Quoting.Quote(has.Path[0]) : string.Join('.', has.Path));
                break;
            case Expression.Like like:
                AppendOperand(output, like.Target, Binding.Sum);
                output.Append(" like ").Append(Quoting.QuotePattern(like.Pattern.Parts));
                break;
            case Expression.Is test:
                AppendOperand(output, test.Target, Binding.Sum);
                output.Append(CultureInfo.InvariantCulture, $" is {test.Type}");
                if (test.Container is not null)
                {
                    AppendOperand(output.Append(" in "), test.Container, Binding.Sum);
                }

                break;
            case Expression.IsEmpty test:
                AppendOperand(output, test.Target, Binding.Member);
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
                AppendOperand(output.Append(test.Map).Append(" has "), test.Key, Binding.Sum);
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
            AppendOperand(output, call.Contract, Binding.Member);
            output.Append('.');
        }

        AppendList(output.Append(call.Name).Append('('), call.Arguments);
        output.Append(')');
    }

    private static void AppendChain(StringBuilder output, ImmutableArray<Expression> operands, string separator, Binding atLeast)
    {
        for (int i = 0; i < operands.Length; i++)
        {
            AppendOperand(output.Append(i == 0 ? "" : separator), operands[i], atLeast);
        }
    }

    private static void AppendArithmetic(StringBuilder output, Expression.Arithmetic arithmetic)
    {
        Binding atLeast = BindingOf(arithmetic) == Binding.Sum ? Binding.Product : Binding.Unary;
        AppendOperand(output, arithmetic.Operands[0], atLeast);
        for (int i = 0; i < arithmetic.Operators.Length; i++)
        {
            output.Append(arithmetic.Operators[i] switch
            {
                ArithmeticOperator.Add => " + ",
                ArithmeticOperator.Subtract => " - ",
                _ => " * ",
            });
            AppendOperand(output, arithmetic.Operands[i + 1], atLeast);
        }
    }

    private static void AppendBinary(StringBuilder output, Expression.Binary binary)
    {
        if (MethodOf(binary.Operator) is { } method)
        {
            AppendOperand(output, binary.Left, Binding.Member);
            Append(output.Append(CultureInfo.InvariantCulture, $".{method}("), binary.Right);
            output.Append(')');
            return;
        }

        AppendOperand(output, binary.Left, Binding.Sum);
        output.Append(CultureInfo.InvariantCulture, $" {SignOf(binary.Operator)} ");
        AppendOperand(output, binary.Right, Binding.Sum);
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
            AppendOperand(output, call.Arguments[0], Binding.Member);
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

    private static void AppendOperand(StringBuilder output, Expression operand, Binding atLeast)
    {
        bool needsParentheses = BindingOf(operand) < atLeast;
        output.Append(needsParentheses ? "(" : "");
        Append(output, operand);
        output.Append(needsParentheses ? ")" : "");
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
}
