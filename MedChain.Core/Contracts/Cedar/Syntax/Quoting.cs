using System.Globalization;
using System.Text;

namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>Writes text as Cedar string literals.</summary>
internal static class Quoting
{
    private const int LongestInMessage = 48;

    /// <summary>The text between quotes; everything that is not printable ASCII, a letter or a digit is escaped, so the literal always
    /// reads back as the same text.</summary>
    public static string Quote(string text)
    {
        var output = new StringBuilder(text.Length + 2);
        output.Append('"');
        AppendEscaped(output, text, isPattern: false);
        return output.Append('"').ToString();
    }

    /// <summary>The literal of a pattern: its parts escaped, with <c>*</c> between them.</summary>
    public static string QuotePattern(IEnumerable<string> parts)
    {
        var output = new StringBuilder("\"");
        bool isFirst = true;
        foreach (string part in parts)
        {
            output.Append(isFirst ? "" : "*");
            isFirst = false;
            AppendEscaped(output, part, isPattern: true);
        }

        return output.Append('"').ToString();
    }

    /// <summary>At most <see cref="LongestInMessage"/> characters of a text, for a message about it.</summary>
    public static string Shorten(string text)
    {
        string head = text.Length <= LongestInMessage ? text : string.Concat(text.AsSpan(0, LongestInMessage), "...");
        string quoted = Quote(head);
        return quoted[1..^1];
    }

    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        int next = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        while (next >= 0)
        {
            text = text[next..];
            if (text.Length < 2 || !char.IsSurrogatePair(text[0], text[1]))
            {
                return false;
            }

            text = text[2..];
            next = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        }

        return true;
    }

    private static void AppendEscaped(StringBuilder output, string text, bool isPattern)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '"':
                    output.Append("\\\"");
                    break;
                case '\\':
                    output.Append("\\\\");
                    break;
                case '\n':
                    output.Append("\\n");
                    break;
                case '\r':
                    output.Append("\\r");
                    break;
                case '\t':
                    output.Append("\\t");
                    break;
                case 0:
                    output.Append("\\0");
                    break;
                case '*' when isPattern:
                    output.Append("\\*");
                    break;
                case (>= ' ' and <= '~'):
                    output.Append((char)rune.Value);
                    break;
                default:
                    AppendOther(output, rune);
                    break;
            }
        }
    }

    private static void AppendOther(StringBuilder output, Rune rune)
    {
        if (Rune.IsLetterOrDigit(rune))
        {
            output.Append(rune.ToString());
        }
        else
        {
            output.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
        }
    }
}
