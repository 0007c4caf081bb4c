using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Schemas;

/// <summary>Reads schemas in Cedar's own syntax (schema grammar). All its keywords may also be names.</summary>
internal sealed class SchemaParser
{
    public const int MaxTextLength = 1024 * 1024;
    public const int MaxNesting = 64;

    private readonly TokenReader _reader;
    private int _nesting;
    private string _namespace = "";

    private SchemaParser(TokenReader reader) => _reader = reader;

    public static List<DeclarationSyntax>? Parse(string text, out PolicyError? error)
    {
        if (text.Length > MaxTextLength || !Quoting.IsWellFormed(text))
        {
            error = new PolicyError(1, 1, $"A schema is well-formed text of at most {MaxTextLength} characters; shorten or mend it.");
            return null;
        }

        if (Lexer.Scan(text, out error) is not { } tokens)
        {
            return null;
        }

        var reader = new TokenReader(text, tokens);
        var declarations = new List<DeclarationSyntax>();
        var parser = new SchemaParser(reader);
        while (!reader.AtEnd && parser.ReadNamespaceOr(declarations))
        {
        }

        error = reader.Error;
        return error is null ? declarations : null;
    }

    private bool ReadNamespaceOr(List<DeclarationSyntax> declarations)
    {
        if (!PolicyParser.TryReadAnnotations(_reader, out _))
        {
            return false;
        }

        if (!_reader.TryTakeWord("namespace"))
        {
            return ReadDeclaration(declarations);
        }

        if (!_reader.TryReadPath("a namespace", out string? name) || !_reader.Expect(TokenKind.OpenBrace, "'{' behind the namespace"))
        {
            return false;
        }

        _namespace = name;
        while (!_reader.TryTake(TokenKind.CloseBrace))
        {
            if (!PolicyParser.TryReadAnnotations(_reader, out _) || !ReadDeclaration(declarations))
            {
                return false;
            }
        }

        _namespace = "";
        return true;
    }

    private bool ReadDeclaration(List<DeclarationSyntax> declarations)
    {
        TextPosition position = _reader.Position;
        DeclarationSyntax? declaration = null;
        if (_reader.TryTakeWord("entity"))
        {
            declaration = ReadEntityTypes(position);
        }
        else if (_reader.TryTakeWord("action"))
        {
            declaration = ReadActions(position);
        }
        else if (_reader.TryTakeWord("type"))
        {
            declaration = ReadCommonType(position);
        }
        else
        {
            _reader.FailAtCurrent("A declaration starts with 'entity', 'action', 'type' or 'namespace'");
        }

        if (declaration is null || !_reader.Expect(TokenKind.Semicolon, "';' behind the declaration"))
        {
            return false;
        }

        declarations.Add(declaration);
        return true;
    }

    private DeclarationSyntax.EntityTypes? ReadEntityTypes(TextPosition position)
    {
        var names = new List<string>();
        do
        {
            if (!_reader.TryReadName("an entity type", out string? name))
            {
                return null;
            }

            names.Add(name);
        }
        while (_reader.TryTake(TokenKind.Comma));

        if (_reader.TryTakeWord("enum"))
        {
            ImmutableArray<string> ids = ReadIds();
            return ids.IsDefault ? null : new DeclarationSyntax.EntityTypes(position, _namespace, [.. names], [], null, null, ids);
        }

        ImmutableArray<TypeSyntax.Name> parents = _reader.TryTakeWord("in") ? ReadTypeNames() : [];
        if (parents.IsDefault)
        {
            return null;
        }

        TypeSyntax.RecordOf? attributes = null;
        bool hasSign = _reader.TryTake(TokenKind.Assign);
        if ((hasSign || _reader.Is(TokenKind.OpenBrace)) && (attributes = ReadRecord()) is null)
        {
            return null;
        }

        TypeSyntax? tags = null;
        if (_reader.TryTakeWord("tags") && (tags = ReadType()) is null)
        {
            return null;
        }

        return new DeclarationSyntax.EntityTypes(position, _namespace, [.. names], parents, attributes, tags, default);
    }

    private ImmutableArray<string> ReadIds()
    {
        ImmutableArray<string>.Builder ids = ImmutableArray.CreateBuilder<string>();
        if (!_reader.Expect(TokenKind.OpenBracket, "'[' behind 'enum'"))
        {
            return default;
        }

        do
        {
            if (!_reader.TryReadText("an identifier in quotes", out string? id))
            {
                return default;
            }

            ids.Add(id);
        }
        while (_reader.TryTake(TokenKind.Comma));

        return _reader.Expect(TokenKind.CloseBracket, "']' behind the identifiers") ? ids.DrainToImmutable() : default;
    }

    private DeclarationSyntax.Actions? ReadActions(TextPosition position)
    {
        var names = new List<string>();
        do
        {
            if (ReadNameOrText("an action's name") is not { } name)
            {
                return null;
            }

            names.Add(name);
        }
        while (_reader.TryTake(TokenKind.Comma));

        ImmutableArray<ActionReference> parents = _reader.TryTakeWord("in") ? ReadActionReferences() : [];
        if (parents.IsDefault)
        {
            return null;
        }

        var action = new DeclarationSyntax.Actions(position, _namespace, [.. names], parents, [], [], null);
        if (_reader.TryTakeWord("appliesTo"))
        {
            action = ReadAppliesTo(action);
        }

        if (action is not null && _reader.TryTakeWord("attributes")
            && !(_reader.Expect(TokenKind.OpenBrace, "'{'") && _reader.Expect(TokenKind.CloseBrace, "'}'; actions have no attributes")))
        {
            return null;
        }

        return action;
    }

    private ImmutableArray<ActionReference> ReadActionReferences()
    {
        ImmutableArray<ActionReference>.Builder references = ImmutableArray.CreateBuilder<ActionReference>();
        bool isList = _reader.TryTake(TokenKind.OpenBracket);
        do
        {
            TextPosition position = _reader.Position;
            if (_reader.KindAfter(1) == TokenKind.PathSeparator)
            {
                if (!_reader.TryReadPath("an action's type", out string? type) || !_reader.Expect(TokenKind.PathSeparator, "'::'")
                    || !_reader.TryReadText("the action's name in quotes", out string? id))
                {
                    return default;
                }

                references.Add(new ActionReference(position, type, id));
            }
            else if (ReadNameOrText("an action") is { } name)
            {
                references.Add(new ActionReference(position, null, name));
            }
            else
            {
                return default;
            }
        }
        while (isList && _reader.TryTake(TokenKind.Comma));

        return !isList || _reader.Expect(TokenKind.CloseBracket, "']' behind the actions") ? references.DrainToImmutable() : default;
    }

    private DeclarationSyntax.Actions? ReadAppliesTo(DeclarationSyntax.Actions action)
    {
        if (!_reader.Expect(TokenKind.OpenBrace, "'{' behind 'appliesTo'"))
        {
            return null;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!_reader.TryTake(TokenKind.CloseBrace))
        {
            string part = _reader.IsWord("principal") ? "principal" : _reader.IsWord("resource") ? "resource" : "context";
            if (!_reader.IsWord(part) || !seen.Add(part))
            {
                _reader.FailAtCurrent("Write 'principal:', 'resource:' or 'context:' here, each once, or '}'");
                return null;
            }

            _reader.Take();
            if (!_reader.Expect(TokenKind.Colon, $"':' behind '{part}'"))
            {
                return null;
            }

            if (part == "context")
            {
                if (ReadType() is not { } context)
                {
                    return null;
                }

                action = action with { Context = context };
            }
            else
            {
                ImmutableArray<TypeSyntax.Name> types = ReadTypeNames();
                if (types.IsDefault)
                {
                    return null;
                }

                action = part == "principal" ? action with { Principals = types } : action with { Resources = types };
            }

            if (!_reader.TryTake(TokenKind.Comma) && !_reader.Is(TokenKind.CloseBrace))
            {
                _reader.FailAtCurrent("Write ',' or '}' here");
                return null;
            }
        }

        return action;
    }

    private DeclarationSyntax.CommonType? ReadCommonType(TextPosition position) =>
        _reader.TryReadName("a type's name", out string? name) && _reader.Expect(TokenKind.Assign, "'=' behind the type's name")
            && ReadType() is { } type
            ? new DeclarationSyntax.CommonType(position, _namespace, name, type)
            : null;

    private TypeSyntax? ReadType()
    {
        TextPosition position = _reader.Position;
        if (_reader.Is(TokenKind.OpenBrace))
        {
            return ReadRecord();
        }

        if (!_reader.IsWord("Set") || _reader.KindAfter(1) != TokenKind.Less)
        {
            return ReadTypeName();
        }

        _reader.Take();
        _reader.Take();
        if (!Enter())
        {
            return null;
        }

        TypeSyntax? element = ReadType();
        _nesting--;
        return element is not null && _reader.Expect(TokenKind.Greater, "'>' behind the element type")
            ? new TypeSyntax.SetOf(position, element)
            : null;
    }

    private TypeSyntax.RecordOf? ReadRecord()
    {
        TextPosition position = _reader.Position;
        if (!_reader.Expect(TokenKind.OpenBrace, "'{' before the attributes") || !Enter())
        {
            return null;
        }

        ImmutableArray<AttributeSyntax>.Builder attributes = ImmutableArray.CreateBuilder<AttributeSyntax>();
        while (!_reader.TryTake(TokenKind.CloseBrace))
        {
            if (!PolicyParser.TryReadAnnotations(_reader, out _) || ReadNameOrText("an attribute's name") is not { } name)
            {
                return null;
            }

            bool isRequired = !_reader.TryTake(TokenKind.Question);
            if (!_reader.Expect(TokenKind.Colon, "':' behind the attribute's name") || ReadType() is not { } type)
            {
                return null;
            }

            attributes.Add(new AttributeSyntax(name, isRequired, type));
            if (!_reader.TryTake(TokenKind.Comma) && !_reader.Is(TokenKind.CloseBrace))
            {
                _reader.FailAtCurrent("Write ',' or '}' here");
                return null;
            }
        }

        _nesting--;
        return new TypeSyntax.RecordOf(position, attributes.DrainToImmutable());
    }

    private ImmutableArray<TypeSyntax.Name> ReadTypeNames()
    {
        ImmutableArray<TypeSyntax.Name>.Builder names = ImmutableArray.CreateBuilder<TypeSyntax.Name>();
        bool isList = _reader.TryTake(TokenKind.OpenBracket);
        do
        {
            if (isList && names.Count == 0 && _reader.Is(TokenKind.CloseBracket))
            {
                break;
            }

            if (ReadTypeName() is not { } name)
            {
                return default;
            }

            names.Add(name);
        }
        while (isList && _reader.TryTake(TokenKind.Comma));

        return !isList || _reader.Expect(TokenKind.CloseBracket, "']' behind the types") ? names.DrainToImmutable() : default;
    }

    private TypeSyntax.Name? ReadTypeName()
    {
        TextPosition position = _reader.Position;
        return _reader.TryReadPath("a type", out string? path, allowReservedNamespace: true) ? new TypeSyntax.Name(position, path) : null;
    }

    private string? ReadNameOrText(string what)
    {
        string? name;
        return (_reader.Is(TokenKind.String) ? _reader.TryReadText(what, out name) : _reader.TryReadName(what, out name)) ? name : null;
    }

    private bool Enter()
    {
        if (_nesting == MaxNesting)
        {
            _reader.Fail(_reader.Position, $"Types are nested deeper than {MaxNesting}; make them flatter.");
            return false;
        }

        _nesting++;
        return true;
    }
}
