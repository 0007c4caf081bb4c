using System.Collections.Immutable;
using System.Text.Json;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Json;

/// <summary>Writes expressions in Cedar's JSON form. Chains are written in a loop, so a long one needs no deep stack.</summary>
internal sealed class ExpressionJsonWriter(Utf8JsonWriter output)
{
    public void Write(Expression expression)
    {
        output.WriteStartObject();
        switch (expression)
        {
            case Expression.Literal literal:
                output.WritePropertyName("Value");
                WriteLiteral(literal.Value);
                break;
            case Expression.Variable variable:
                output.WriteString("Var", ExpressionPrinter.NameOf(variable.Name));
                break;
            case Expression.And and:
                WriteChain(and.Operands, [.. and.Operands.Skip(1).Select(_ => "&&")]);
                break;
            case Expression.Or or:
                WriteChain(or.Operands, [.. or.Operands.Skip(1).Select(_ => "||")]);
                break;
            case Expression.Arithmetic arithmetic:
                WriteChain(arithmetic.Operands, [.. arithmetic.Operators.Select(JsonOperators.NameOf)]);
                break;
            case Expression.Not not:
                WriteNode("!", () => WriteMember("arg", not.Operand));
                break;
            case Expression.Negate negate:
                WriteNode("neg", () => WriteMember("arg", negate.Operand));
                break;
            case Expression.IsEmpty test:
                WriteNode("isEmpty", () => WriteMember("arg", test.Target));
                break;
            case Expression.Binary binary:
                WriteNode(JsonOperators.NameOf(binary.Operator), () =>
                {
                    WriteMember("left", binary.Left);
                    WriteMember("right", binary.Right);
                });
                break;
            default:
                WriteOther(expression);
                break;
        }

        output.WriteEndObject();
    }

    private void WriteOther(Expression expression)
    {
        switch (expression)
        {
            case Expression.If choice:
                WriteNode("if-then-else", () =>
                {
                    WriteMember("if", choice.Condition);
                    WriteMember("then", choice.WhenTrue);
                    WriteMember("else", choice.WhenFalse);
                });
                break;
            case Expression.GetAttribute get:
                WriteNode(".", () =>
                {
                    WriteMember("left", get.Target);
                    output.WriteString("attr", get.Name);
                });
                break;
            case Expression.HasAttribute has:
                WriteNode("has", () => WriteHas(has));
                break;
            case Expression.Like like:
                WriteNode("like", () => WriteLike(like));
                break;
            case Expression.Is test:
                WriteNode("is", () => WriteIs(test));
                break;
            case Expression.SetOf set:
                WriteList("Set", set.Elements);
                break;
            case Expression.RecordOf record:
                WriteNode("Record", () =>
                {
                    for (int i = 0; i < record.Names.Length; i++)
                    {
                        WriteMember(record.Names[i], record.Values[i]);
                    }
                });
                break;
            case Expression.Call call:
                WriteList(call.Function.Name, call.Arguments);
                break;
            default:
                throw new InvalidOperationException($"The node {expression.GetType().Name} is no part of a policy.");
        }
    }

    private void WriteHas(Expression.HasAttribute has)
    {
        WriteMember("left", has.Target);
        if (has.Path.Length == 1)
        {
            output.WriteString("attr", has.Path[0]);
            return;
        }

        output.WriteStartArray("attr");
        foreach (string name in has.Path)
        {
            output.WriteStringValue(name);
        }

        output.WriteEndArray();
    }

    private void WriteLike(Expression.Like like)
    {
        WriteMember("left", like.Target);
        output.WriteStartArray("pattern");
        for (int i = 0; i < like.Pattern.Parts.Length; i++)
        {
            if (i > 0)
            {
                output.WriteStringValue("Wildcard");
            }

            if (like.Pattern.Parts[i].Length > 0)
            {
                output.WriteStartObject();
                output.WriteString("Literal", like.Pattern.Parts[i]);
                output.WriteEndObject();
            }
        }

        output.WriteEndArray();
    }

    private void WriteIs(Expression.Is test)
    {
        WriteMember("left", test.Target);
        output.WriteString("entity_type", test.Type);
        if (test.Container is not null)
        {
            WriteMember("in", test.Container);
        }
    }

    /// <summary><c>a op b op c</c> is <c>{op: {left: {op: {left: a, right: b}}, right: c}}</c>.</summary>
    private void WriteChain(ImmutableArray<Expression> operands, ImmutableArray<string> operators)
    {
        for (int i = operators.Length - 1; i >= 0; i--)
        {
            output.WriteStartObject(operators[i]);
            output.WritePropertyName("left");
            if (i > 0)
            {
                output.WriteStartObject();
            }
        }

        Write(operands[0]);
        for (int i = 0; i < operators.Length; i++)
        {
            WriteMember("right", operands[i + 1]);
            output.WriteEndObject();
            if (i < operators.Length - 1)
            {
                output.WriteEndObject();
            }
        }
    }

    private void WriteLiteral(CedarValue value)
    {
        switch (value)
        {
            case BooleanValue boolean:
                output.WriteBooleanValue(boolean.Value);
                break;
            case LongValue number:
                output.WriteNumberValue(number.Value);
                break;
            case EntityValue entity:
                output.WriteStartObject();
                output.WritePropertyName("__entity");
                WriteUid(entity.Uid);
                output.WriteEndObject();
                break;
            case StringValue text:
                output.WriteStringValue(text.Value);
                break;
            default:
                throw new InvalidOperationException($"A {value.TypeName} is no literal of a policy.");
        }
    }

    public void WriteUid(EntityUid uid)
    {
        output.WriteStartObject();
        output.WriteString("type", uid.Type);
        output.WriteString("id", uid.Id);
        output.WriteEndObject();
    }

    private void WriteNode(string name, Action write)
    {
        output.WriteStartObject(name);
        write();
        output.WriteEndObject();
    }

    private void WriteMember(string name, Expression expression)
    {
        output.WritePropertyName(name);
        Write(expression);
    }

    private void WriteList(string name, ImmutableArray<Expression> items)
    {
        output.WriteStartArray(name);
        foreach (Expression item in items)
        {
            Write(item);
        }

        output.WriteEndArray();
    }
}
