using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Schemas;

/// <summary>Reads schemas in Cedar's own syntax (schema grammar). All its keywords may also be names.</summary>
internal sealed class SchemaParser
{
    public const int MaxTextLength = 1024 * 1024;

    private readonly TokenReader _reader;
    private readonly SchemaTypeParser _types;
    private readonly HashSet<string> _namespaces = new(StringComparer.Ordinal);
    private string _namespace = "";

    private SchemaParser(TokenReader reader)
    {
        _reader = reader;
        _types = new SchemaTypeParser(reader);
    }

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

        TextPosition position = _reader.Position;
        if (!_reader.TryReadPath("a namespace", out string? name) || !_reader.Expect(TokenKind.OpenBrace, "'{' behind the namespace"))
        {
            return false;
        }

        if (!_namespaces.Add(name))
        {
            _reader.Fail(position, $"The namespace {Quoting.Shorten(name)} is opened twice; put its declarations together.");
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

        ImmutableArray<TypeSyntax.Name> parents = _reader.TryTakeWord("in") ? _types.ReadTypeNames() : [];
        if (parents.IsDefault)
        {
            return null;
        }

        TypeSyntax.RecordOf? attributes = null;
        bool hasSign = _reader.TryTake(TokenKind.Assign);
        if ((hasSign || _reader.Is(TokenKind.OpenBrace)) && (attributes = _types.ReadRecord()) is null)
        {
            return null;
        }

        TypeSyntax? tags = null;
        if (_reader.TryTakeWord("tags") && (tags = _types.ReadType()) is null)
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
            if (!_reader.TryReadNameOrText("an action's name", out string? name))
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
            else if (_reader.TryReadNameOrText("an action", out string? name))
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

        TextPosition position = _reader.Position;
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
                if (_types.ReadType() is not { } context)
                {
                    return null;
                }

                action = action with { Context = context };
            }
            else
            {
                TextPosition at = _reader.Position;
                ImmutableArray<TypeSyntax.Name> types = _types.ReadTypeNames();
                if (types.IsDefault)
                {
                    return null;
                }

                if (types.IsEmpty)
                {
                    _reader.Fail(at, $"An action that applies to no {part} never applies; name a type, or leave 'appliesTo' out.");
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

        if (!seen.Contains("principal") || !seen.Contains("resource"))
        {
            _reader.Fail(position, "'appliesTo' names 'principal' and 'resource'; write both.");
            return null;
        }

        return action;
    }

    private DeclarationSyntax.CommonType? ReadCommonType(TextPosition position) =>
        _reader.TryReadName("a type's name", out string? name) && _reader.Expect(TokenKind.Assign, "'=' behind the type's name")
            && _types.ReadType() is { } type
            ? new DeclarationSyntax.CommonType(position, _namespace, name, type)
            : null;
}
