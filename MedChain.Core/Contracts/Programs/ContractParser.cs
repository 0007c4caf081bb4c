using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Schemas;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Programs;

/// <summary>Reads the text of one contract (docs/contract-language.md). Stops at the first error.</summary>
internal sealed class ContractParser
{
    private readonly TokenReader _reader;
    private readonly ExpressionParser _expressions;
    private readonly SchemaTypeParser _types;
    private readonly StatementParser _statements;

    private ContractParser(TokenReader reader, int maxNesting)
    {
        _reader = reader;
        _expressions = new ExpressionParser(reader, maxNesting, inContract: true);
        _types = new SchemaTypeParser(reader);
        _statements = new StatementParser(reader, _expressions, maxNesting);
    }

    public static ContractSyntax? Parse(string text, ContractVmOptions options, out PolicyError? error)
    {
        if (PolicyParser.ProblemOf(text, options) is { } problem)
        {
            error = problem;
            return null;
        }

        if (Lexer.Scan(text, out error) is not { } tokens)
        {
            return null;
        }

        var reader = new TokenReader(text, tokens);
        ContractSyntax? contract = new ContractParser(reader, options.MaxNesting).ReadContract();
        error = reader.Error;
        return error is null ? contract : null;
    }

    private ContractSyntax? ReadContract()
    {
        TextPosition position = _reader.Position;
        if (!ExpectWord("contract") || !_reader.TryReadName("the contract's name", out string? name)
            || !_reader.Expect(TokenKind.OpenBrace, "'{' before the contract's members"))
        {
            return null;
        }

        ImmutableArray<MemberSyntax>.Builder members = ImmutableArray.CreateBuilder<MemberSyntax>();
        while (!_reader.TryTake(TokenKind.CloseBrace))
        {
            if (ReadMember() is not { } member)
            {
                return null;
            }

            members.Add(member);
        }

        if (!_reader.AtEnd)
        {
            _reader.FailAtCurrent("One text has one contract; end it here");
        }

        return new ContractSyntax(name, position, members.DrainToImmutable());
    }

    private MemberSyntax? ReadMember()
    {
        TextPosition position = _reader.Position;
        if (_reader.TryTakeWord("state"))
        {
            return ReadState(position);
        }

        if (_reader.TryTakeWord("event"))
        {
            return _reader.TryReadName("the event's name", out string? name) && ReadParameters() is { IsDefault: false } fields
                && EndOfMember()
                ? new MemberSyntax.Event(name, position, fields)
                : null;
        }

        bool isImport = _reader.TryTakeWord("import");
        bool isPrivate = !isImport && _reader.TryTakeWord("private");
        bool isView = _reader.TryTakeWord("view");
        if (_reader.TryTakeWord("fn"))
        {
            return ReadFunction(position, isImport, isPrivate, isView);
        }

        _reader.FailAtCurrent("Write 'state', 'event', 'import fn', 'view fn', 'private fn', 'fn' or '}' here");
        return null;
    }

    private MemberSyntax.State? ReadState(TextPosition position)
    {
        if (!_reader.TryReadName("the variable's name", out string? name) || !_reader.Expect(TokenKind.Colon, "':' and a type"))
        {
            return null;
        }

        TypeSyntax? key = null;
        bool isMap = _reader.IsWord("Map") && _reader.KindAfter(1) == TokenKind.Less;
        if (isMap)
        {
            _reader.Take();
            _reader.Take();
            key = _types.ReadType();
            if (key is null || !_reader.Expect(TokenKind.Comma, "',' between the types of keys and values"))
            {
                return null;
            }
        }

        if (_types.ReadType() is not { } value || (isMap && !_reader.Expect(TokenKind.Greater, "'>' behind the type of the values")))
        {
            return null;
        }

        Expression? initial = null;
        if (_reader.TryTake(TokenKind.Assign) && (initial = _expressions.ReadExpression()) is null)
        {
            return null;
        }

        return EndOfMember() ? new MemberSyntax.State(name, position, key, value, initial) : null;
    }

    private MemberSyntax.Function? ReadFunction(TextPosition position, bool isImport, bool isPrivate, bool isView)
    {
        if (!_reader.TryReadName("the function's name", out string? name) || ReadParameters() is not { IsDefault: false } parameters)
        {
            return null;
        }

        TypeSyntax? result = null;
        if (_reader.TryTake(TokenKind.Colon) && (result = _types.ReadType()) is null)
        {
            return null;
        }

        if (isImport)
        {
            return EndOfMember()
                ? new MemberSyntax.Function(name, position, isView, false, parameters, result, null, "", default)
                : null;
        }

        Expression? requires = null;
        string requiresText = "";
        if (_reader.TryTakeWord("requires"))
        {
            Token first = _reader.Current;
            requires = _expressions.ReadExpression();
            if (requires is null)
            {
                return null;
            }

            requiresText = string.Join(' ', _reader.TextSince(first).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }

        ImmutableArray<StatementSyntax> body = _statements.ReadBlock();
        return body.IsDefault
            ? null
            : new MemberSyntax.Function(name, position, isView, isPrivate, parameters, result, requires, requiresText, body);
    }

    private ImmutableArray<ParameterSyntax> ReadParameters()
    {
        if (!_reader.Expect(TokenKind.OpenParenthesis, "'(' before the parameters"))
        {
            return default;
        }

        ImmutableArray<ParameterSyntax>.Builder parameters = ImmutableArray.CreateBuilder<ParameterSyntax>();
        while (!_reader.TryTake(TokenKind.CloseParenthesis))
        {
            TextPosition position = _reader.Position;
            if ((parameters.Count > 0 && !_reader.Expect(TokenKind.Comma, "',' or ')'"))
                || !_reader.TryReadName("a parameter's name", out string? name)
                || !_reader.Expect(TokenKind.Colon, "':' and a type") || _types.ReadType() is not { } type)
            {
                return default;
            }

            parameters.Add(new ParameterSyntax(name, position, type));
        }

        return parameters.DrainToImmutable();
    }

    private bool EndOfMember() => _reader.Expect(TokenKind.Semicolon, "';'");

    private bool ExpectWord(string word)
    {
        if (_reader.TryTakeWord(word))
        {
            return true;
        }

        _reader.FailAtCurrent($"Write '{word}' here");
        return false;
    }
}
