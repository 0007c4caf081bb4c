using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>Walks over the tokens of a text and keeps the first error. Methods that read something answer <see langword="null"/> or
/// <see langword="false"/> after an error, and their callers return at once.</summary>
internal sealed class TokenReader(string text, List<Token> tokens)
{
    private int _at;

    public PolicyError? Error { get; private set; }

    public Token Current => tokens[_at];

    public TextPosition Position => Current.Position;

    public bool AtEnd => Current.Kind == TokenKind.End;

    public bool Is(TokenKind kind) => Current.Kind == kind;

    public bool IsWord(string word) => Current.Kind == TokenKind.Identifier && TextOf(Current).SequenceEqual(word);

    public TokenKind KindAfter(int tokensAhead) => tokens[Math.Min(_at + tokensAhead, tokens.Count - 1)].Kind;

    public ReadOnlySpan<char> TextOf(Token token) => text.AsSpan(token.Start, token.Length);

    /// <summary>The text from one token up to the end of the one that was read last.</summary>
    public string TextSince(Token first)
    {
        Token last = tokens[_at - 1];
        return text[first.Start..(last.Start + last.Length)];
    }

    public Token Take()
    {
        Token token = Current;
        _at = Math.Min(_at + 1, tokens.Count - 1);
        return token;
    }

    public bool TryTake(TokenKind kind)
    {
        bool found = Is(kind);
        if (found)
        {
            Take();
        }

        return found;
    }

    public bool TryTakeWord(string word)
    {
        bool found = IsWord(word);
        if (found)
        {
            Take();
        }

        return found;
    }

    public bool Expect(TokenKind kind, string what)
    {
        if (TryTake(kind))
        {
            return true;
        }

        FailAtCurrent($"Write {what} here");
        return false;
    }

    /// <summary>Records the error of the current token: what to write, and what is there instead.</summary>
    public void FailAtCurrent(string advice)
    {
        string found = AtEnd ? "the end of the text" : $"\"{Quoting.Shorten(TextOf(Current).ToString())}\"";
        Fail(Position, $"{advice}; found {found}.");
    }

    public void Fail(TextPosition position, string message) => Error ??= position.Error(message);

    /// <summary>Forgets the error and goes on behind the next semicolon, so that one mistake does not hide the others.</summary>
    public void Recover()
    {
        Error = null;
        while (!AtEnd && !TryTake(TokenKind.Semicolon))
        {
            Take();
        }
    }

    /// <summary>Reads an identifier that is no reserved word.</summary>
    public bool TryReadName(string what, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (!Is(TokenKind.Identifier))
        {
            FailAtCurrent($"Write {what} here");
            return false;
        }

        string word = TextOf(Current).ToString();
        if (Identifiers.IsReserved(word))
        {
            Fail(Position, $"\"{word}\" is a reserved word and cannot be {what}; use another name, or a string where one is allowed.");
            return false;
        }

        Take();
        name = word;
        return true;
    }

    /// <summary>Reads identifiers joined by <c>::</c>; a <c>::</c> before a string is left for the caller.</summary>
    public bool TryReadPath(string what, [NotNullWhen(true)] out string? path, bool allowReservedNamespace = false)
    {
        path = null;
        string joined = "";
        while (true)
        {
            string? part = null;
            if (allowReservedNamespace && IsWord(Identifiers.ReservedNamespace))
            {
                Take();
                part = Identifiers.ReservedNamespace;
            }
            else if (!TryReadName(what, out part))
            {
                return false;
            }

            joined = joined.Length == 0 ? part : $"{joined}::{part}";
            if (joined.Length > MaxPathLength)
            {
                Fail(Position, $"This name is longer than {MaxPathLength} characters; shorten it.");
                return false;
            }

            if (!Is(TokenKind.PathSeparator) || KindAfter(1) != TokenKind.Identifier)
            {
                path = joined;
                return true;
            }

            Take();
        }
    }

    /// <summary>Reads a string literal.</summary>
    public bool TryReadText(string what, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (!Is(TokenKind.String))
        {
            FailAtCurrent($"Write {what} here");
            return false;
        }

        value = Unescaping.Text(TextOf(Current)[1..^1], out int offset, out string? reason);
        if (value is null)
        {
            FailInside(Current, offset, reason!);
            return false;
        }

        Take();
        return true;
    }

    /// <summary>Reads an identifier or a string literal.</summary>
    public bool TryReadNameOrText(string what, [NotNullWhen(true)] out string? value) =>
        Is(TokenKind.String) ? TryReadText(what, out value) : TryReadName(what, out value);

    /// <summary>Reads a string literal as a <c>like</c> pattern; <see langword="default"/> after an error.</summary>
    public ImmutableArray<string> ReadPattern()
    {
        if (!Is(TokenKind.String))
        {
            FailAtCurrent("Write a pattern in quotes behind 'like', such as \"dr-*\"");
            return default;
        }

        ImmutableArray<string> parts = Unescaping.Pattern(TextOf(Current)[1..^1], out int offset, out string? reason);
        if (parts.IsDefault)
        {
            FailInside(Current, offset, reason!);
            return default;
        }

        Take();
        return parts;
    }

    /// <summary>Longest type name, so that a name built from many parts takes linear time.</summary>
    private const int MaxPathLength = 1024;

    private void FailInside(Token literal, int offset, string reason)
    {
        ReadOnlySpan<char> before = TextOf(literal)[..(offset + 1)];
        int lines = before.Count('\n');
        int column = lines == 0 ? literal.Position.Column + offset + 1 : before.Length - before.LastIndexOf('\n');
        Fail(new TextPosition(literal.Position.Line + lines, column), reason);
    }
}
