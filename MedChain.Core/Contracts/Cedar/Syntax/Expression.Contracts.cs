using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>What expressions in contracts have beyond those of policies.</summary>
internal abstract partial class Expression
{
    /// <summary>A parameter or a variable.</summary>
    internal sealed class Named(TextPosition position, string text) : Expression(position, 1)
    {
        public override ImmutableArray<Expression> Parts => [];

        public string Text { get; } = text;
    }

    /// <summary><c>map[key]</c>.</summary>
    internal sealed class Entry(TextPosition position, string map, Expression key) : Expression(position, key.Depth + 1)
    {
        public override ImmutableArray<Expression> Parts => [Key];

        public string Map { get; } = map;

        public Expression Key { get; } = key;

        /// <summary>Gets the same as the attribute of a value, when the key is a text.</summary>
        public GetAttribute? AsAttribute { get; } = key is Literal { Value: StringValue text }
            ? new GetAttribute(new Named(position, map), text.Value)
            : null;
    }

    /// <summary><c>map has key</c>.</summary>
    internal sealed class HasEntry(TextPosition position, string map, Expression key) : Expression(position, key.Depth + 1)
    {
        public override ImmutableArray<Expression> Parts => [Key];

        public string Map { get; } = map;

        public Expression Key { get; } = key;

        /// <summary>Gets the same as a question about an attribute, when the key is a word or a text.</summary>
        public HasAttribute? AsAttribute { get; } = key switch
        {
            Literal { Value: StringValue text } => new HasAttribute(new Named(position, map), [text.Value]),
            Named name => new HasAttribute(new Named(position, map), [name.Text]),
            _ => null,
        };
    }

    /// <summary><c>function(arguments)</c>, or <c>contract.function(arguments)</c>.</summary>
    internal sealed class Invoke(TextPosition position, Expression? contract, string name, ImmutableArray<Expression> arguments)
        : Expression(position, Math.Max(Above(arguments), (contract?.Depth ?? 0) + 1))
    {
        public override ImmutableArray<Expression> Parts => Contract is null ? Arguments : Arguments.Insert(0, Contract);

        public Expression? Contract { get; } = contract;

        public string Name { get; } = name;

        public ImmutableArray<Expression> Arguments { get; } = arguments;
    }
}
