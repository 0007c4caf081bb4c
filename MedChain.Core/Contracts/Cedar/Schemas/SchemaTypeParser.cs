using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Schemas;

/// <summary>Reads the types in a schema (schema grammar, Type to Path).</summary>
internal sealed class SchemaTypeParser(TokenReader reader)
{
    /// <summary>Deepest nesting of a type, also with its names followed.</summary>
    public const int MaxNesting = 64;

    private int _nesting;

    public TypeSyntax? ReadType()
    {
        TextPosition position = reader.Position;
        if (reader.Is(TokenKind.OpenBrace))
        {
            return ReadRecord();
        }

        if (!reader.IsWord("Set") || reader.KindAfter(1) != TokenKind.Less)
        {
            return ReadTypeName();
        }

        reader.Take();
        reader.Take();
        if (!Enter())
        {
            return null;
        }

        TypeSyntax? element = ReadType();
        _nesting--;
        return element is not null && reader.Expect(TokenKind.Greater, "'>' behind the element type")
            ? new TypeSyntax.SetOf(position, element)
            : null;
    }

    public TypeSyntax.RecordOf? ReadRecord()
    {
        TextPosition position = reader.Position;
        if (!reader.Expect(TokenKind.OpenBrace, "'{' before the attributes") || !Enter())
        {
            return null;
        }

        ImmutableArray<AttributeSyntax>.Builder attributes = ImmutableArray.CreateBuilder<AttributeSyntax>();
        while (!reader.TryTake(TokenKind.CloseBrace))
        {
            if (!PolicyParser.TryReadAnnotations(reader, out _) || !reader.TryReadNameOrText("an attribute's name", out string? name))
            {
                return null;
            }

            bool isRequired = !reader.TryTake(TokenKind.Question);
            if (!reader.Expect(TokenKind.Colon, "':' behind the attribute's name") || ReadType() is not { } type)
            {
                return null;
            }

            attributes.Add(new AttributeSyntax(name, isRequired, type));
            if (!reader.TryTake(TokenKind.Comma) && !reader.Is(TokenKind.CloseBrace))
            {
                reader.FailAtCurrent("Write ',' or '}' here");
                return null;
            }
        }

        _nesting--;
        return new TypeSyntax.RecordOf(position, attributes.DrainToImmutable());
    }

    public ImmutableArray<TypeSyntax.Name> ReadTypeNames()
    {
        ImmutableArray<TypeSyntax.Name>.Builder names = ImmutableArray.CreateBuilder<TypeSyntax.Name>();
        bool isList = reader.TryTake(TokenKind.OpenBracket);
        do
        {
            if (isList && names.Count == 0 && reader.Is(TokenKind.CloseBracket))
            {
                break;
            }

            if (ReadTypeName() is not { } name)
            {
                return default;
            }

            names.Add(name);
        }
        while (isList && reader.TryTake(TokenKind.Comma));

        return !isList || reader.Expect(TokenKind.CloseBracket, "']' behind the types") ? names.DrainToImmutable() : default;
    }

    private TypeSyntax.Name? ReadTypeName()
    {
        TextPosition position = reader.Position;
        return reader.TryReadPath("a type", out string? path, allowReservedNamespace: true) ? new TypeSyntax.Name(position, path) : null;
    }

    private bool Enter()
    {
        if (_nesting == MaxNesting)
        {
            reader.Fail(reader.Position, $"Types are nested deeper than {MaxNesting}; make them flatter.");
            return false;
        }

        _nesting++;
        return true;
    }
}
