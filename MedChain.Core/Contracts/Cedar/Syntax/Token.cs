namespace MedChain.Core.Contracts.Cedar.Syntax;

internal enum TokenKind
{
    End,
    Identifier,
    Number,
    String,
    Slot,
    At,
    Dot,
    Comma,
    Semicolon,
    Colon,
    PathSeparator,
    OpenParenthesis,
    CloseParenthesis,
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    GreaterOrEqual,
    Greater,
    Or,
    And,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
    Not,
    Assign,
    Question,
}

/// <summary>A word of the text; keywords are identifiers.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int Length, TextPosition Position);
