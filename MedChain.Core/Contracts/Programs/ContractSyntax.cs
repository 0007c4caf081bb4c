using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Programs;

/// <summary>A contract as written, nothing checked.</summary>
internal sealed record ContractSyntax(string Name, TextPosition Position, ImmutableArray<MemberSyntax> Members);

/// <summary>A part of a contract.</summary>
internal abstract record MemberSyntax(string Name, TextPosition Position)
{
    /// <summary><c>state name: Type = value;</c> or <c>state name: Map&lt;Key, Type&gt;;</c>.</summary>
    internal sealed record State(string Name, TextPosition Position, TypeSyntax? Key, TypeSyntax Value, Expression? Initial)
        : MemberSyntax(Name, Position);

    internal sealed record Event(string Name, TextPosition Position, ImmutableArray<ParameterSyntax> Fields) : MemberSyntax(Name, Position);

    /// <summary>A function: of this contract when it has a body, else of another one (<c>import</c>).</summary>
    internal sealed record Function(
        string Name,
        TextPosition Position,
        bool IsView,
        bool IsPrivate,
        ImmutableArray<ParameterSyntax> Parameters,
        TypeSyntax? Result,
        Expression? Requires,
        string RequiresText,
        ImmutableArray<StatementSyntax> Body) : MemberSyntax(Name, Position)
    {
        public bool IsImport => Body.IsDefault;
    }
}

internal sealed record ParameterSyntax(string Name, TextPosition Position, TypeSyntax Type);

/// <summary>A statement.</summary>
internal abstract record StatementSyntax(TextPosition Position)
{
    /// <summary><c>let name = value;</c>.</summary>
    internal sealed record Let(TextPosition Position, string Name, Expression Value) : StatementSyntax(Position);

    /// <summary><c>name = value;</c> or <c>name[key] = value;</c>, also with <c>+=</c> and <c>-=</c>.</summary>
    internal sealed record Assign(TextPosition Position, string Name, Expression? Key, ArithmeticOperator? Operator, Expression Value)
        : StatementSyntax(Position);

    /// <summary><c>delete name;</c> or <c>delete name[key];</c>.</summary>
    internal sealed record Delete(TextPosition Position, string Name, Expression? Key) : StatementSyntax(Position);

    internal sealed record If(
        TextPosition Position, Expression Condition, ImmutableArray<StatementSyntax> Then, ImmutableArray<StatementSyntax> Else)
        : StatementSyntax(Position);

    internal sealed record While(TextPosition Position, Expression Condition, ImmutableArray<StatementSyntax> Body)
        : StatementSyntax(Position);

    /// <summary><c>for key in map { }</c>.</summary>
    internal sealed record For(TextPosition Position, string Key, string Map, ImmutableArray<StatementSyntax> Body)
        : StatementSyntax(Position);

    internal sealed record Fail(TextPosition Position, Expression Message) : StatementSyntax(Position);

    internal sealed record Return(TextPosition Position, Expression? Value) : StatementSyntax(Position);

    /// <summary><c>emit Event(values);</c>.</summary>
    internal sealed record Emit(TextPosition Position, string Event, ImmutableArray<Expression> Values) : StatementSyntax(Position);

    /// <summary><c>oblige name, detail;</c>.</summary>
    internal sealed record Oblige(TextPosition Position, Expression Name, Expression Detail) : StatementSyntax(Position);

    /// <summary><c>consume counter, amount;</c>.</summary>
    internal sealed record Consume(TextPosition Position, Expression Counter, Expression Amount) : StatementSyntax(Position);

    /// <summary>A call whose result, if there is one, is not used.</summary>
    internal sealed record Call(TextPosition Position, Expression.Invoke Invocation) : StatementSyntax(Position);
}
