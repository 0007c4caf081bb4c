namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>What may be a name in Cedar text (grammar specification, IDENT and Path).</summary>
internal static class Identifiers
{
    /// <summary>The name that Cedar keeps for itself: no path may contain it.</summary>
    public const string ReservedNamespace = "__cedar";

    public static bool IsReserved(ReadOnlySpan<char> text) =>
        text is "true" or "false" or "if" or "then" or "else" or "in" or "is" or "like" or "has" or ReservedNamespace;

    public static bool IsStart(char c) => char.IsAsciiLetter(c) || c == '_';

    public static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    /// <summary>Says whether the text has the form of an identifier; it may still be reserved.</summary>
    public static bool HasForm(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !IsStart(text[0]))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!IsPart(c))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsUsable(ReadOnlySpan<char> text) => HasForm(text) && !IsReserved(text);

    /// <summary>Says whether the text is one usable identifier, or several joined by <c>::</c> without spaces.</summary>
    public static bool IsPath(ReadOnlySpan<char> text)
    {
        while (true)
        {
            int end = text.IndexOf("::", StringComparison.Ordinal);
            if (end < 0)
            {
                return IsUsable(text);
            }

            if (!IsUsable(text[..end]))
            {
                return false;
            }

            text = text[(end + 2)..];
        }
    }
}
