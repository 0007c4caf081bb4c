namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>Cuts a text into tokens, in one pass. Serves policies and schemas: their tokens are the same.</summary>
internal ref struct Lexer(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;
    private int _line = 1;
    private int _lineStart;

    private readonly TextPosition Here => new(_line, _at - _lineStart + 1);

    /// <summary>All tokens, the last of kind <see cref="TokenKind.End"/>, or the first thing that is no token.</summary>
    public static List<Token>? Scan(ReadOnlySpan<char> text, out PolicyError? error)
    {
        var lexer = new Lexer(text);
        var tokens = new List<Token>((text.Length / 4) + 1);
        while (true)
        {
            lexer.SkipBlanks();
            if (lexer.Next(out error) is not { } token)
            {
                return null;
            }

            tokens.Add(token);
            if (token.Kind == TokenKind.End)
            {
                return tokens;
            }
        }
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (c == '\n')
            {
                _at++;
                _line++;
                _lineStart = _at;
            }
            else if (char.IsWhiteSpace(c))
            {
                _at++;
            }
            else if (c == '/' && _at + 1 < _text.Length && _text[_at + 1] == '/')
            {
                int end = _text[_at..].IndexOfAny('\n', '\r');
                _at = end < 0 ? _text.Length : _at + end;
            }
            else
            {
                return;
            }
        }
    }

    private Token? Next(out PolicyError? error)
    {
        error = null;
        TextPosition position = Here;
        int start = _at;
        if (_at == _text.Length)
        {
            return new Token(TokenKind.End, start, 0, position);
        }

        char c = _text[_at];
        if (Identifiers.IsStart(c))
        {
            return Word(TokenKind.Identifier, start, position);
        }

        if (char.IsAsciiDigit(c))
        {
            int digits = _text[_at..].IndexOfAnyExceptInRange('0', '9');
            _at = digits < 0 ? _text.Length : _at + digits;
            return new Token(TokenKind.Number, start, _at - start, position);
        }

        if (c == '"')
        {
            return QuotedText(start, position, out error);
        }

        if (c == '?' && _at + 1 < _text.Length && Identifiers.IsStart(_text[_at + 1]))
        {
            _at++;
            return Word(TokenKind.Slot, start, position);
        }

        (TokenKind kind, int length) = Symbol(_text[_at..]);
        if (length == 0)
        {
            string shown = char.IsAscii(c) && !char.IsControl(c) ? $"'{c}'" : $"U+{(int)c:X4}";
            error = position.Error($"The character {shown} means nothing here; remove it or put it in a string.");
            return null;
        }

        _at += length;
        return new Token(kind, start, length, position);
    }

    private Token Word(TokenKind kind, int start, TextPosition position)
    {
        while (_at < _text.Length && Identifiers.IsPart(_text[_at]))
        {
            _at++;
        }

        return new Token(kind, start, _at - start, position);
    }

    private Token? QuotedText(int start, TextPosition position, out PolicyError? error)
    {
        error = null;
        _at++;
        while (_at < _text.Length && _text[_at] != '"')
        {
            if (_text[_at] == '\n')
            {
                _line++;
                _lineStart = _at + 1;
            }

            bool escape = _text[_at] == '\\' && _at + 1 < _text.Length && _text[_at + 1] != '\n';
            _at += escape ? 2 : 1;
        }

        if (_at >= _text.Length)
        {
            error = position.Error("The string that starts here has no end; close it with '\"'.");
            return null;
        }

        _at++;
        return new Token(TokenKind.String, start, _at - start, position);
    }

    private static (TokenKind Kind, int Length) Symbol(ReadOnlySpan<char> rest)
    {
        char second = rest.Length > 1 ? rest[1] : '\0';
        return (rest[0], second) switch
        {
            (':', ':') => (TokenKind.PathSeparator, 2),
            ('=', '=') => (TokenKind.Equal, 2),
            ('!', '=') => (TokenKind.NotEqual, 2),
            ('<', '=') => (TokenKind.LessOrEqual, 2),
            ('>', '=') => (TokenKind.GreaterOrEqual, 2),
            ('|', '|') => (TokenKind.Or, 2),
            ('&', '&') => (TokenKind.And, 2),
            ('@', _) => (TokenKind.At, 1),
            ('.', _) => (TokenKind.Dot, 1),
            (',', _) => (TokenKind.Comma, 1),
            (';', _) => (TokenKind.Semicolon, 1),
            (':', _) => (TokenKind.Colon, 1),
            ('(', _) => (TokenKind.OpenParenthesis, 1),
            (')', _) => (TokenKind.CloseParenthesis, 1),
            ('{', _) => (TokenKind.OpenBrace, 1),
            ('}', _) => (TokenKind.CloseBrace, 1),
            ('[', _) => (TokenKind.OpenBracket, 1),
            (']', _) => (TokenKind.CloseBracket, 1),
            ('<', _) => (TokenKind.Less, 1),
            ('>', _) => (TokenKind.Greater, 1),
            ('+', _) => (TokenKind.Plus, 1),
            ('-', _) => (TokenKind.Minus, 1),
            ('*', _) => (TokenKind.Times, 1),
            ('/', _) => (TokenKind.Divide, 1),
            ('%', _) => (TokenKind.Remainder, 1),
            ('!', _) => (TokenKind.Not, 1),
            ('=', _) => (TokenKind.Assign, 1),
            ('?', _) => (TokenKind.Question, 1),
            _ => (TokenKind.End, 0),
        };
    }
}
