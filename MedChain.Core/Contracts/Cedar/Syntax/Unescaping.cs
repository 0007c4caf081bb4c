using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace MedChain.Core.Contracts.Cedar.Syntax;

/// <summary>Reads what stands between the quotes of a string or a <c>like</c> pattern.</summary>
internal static class Unescaping
{
    /// <summary>The text of a string literal, or what is wrong with it and where (an offset from its first character).</summary>
    public static string? Text(ReadOnlySpan<char> literal, out int offset, out string? reason)
    {
        ImmutableArray<string> parts = Parts(literal, isPattern: false, out offset, out reason);
        return parts.IsDefault ? null : parts[0];
    }

    /// <summary>The texts between a pattern's wildcards: one more than there are wildcards.</summary>
    public static ImmutableArray<string> Pattern(ReadOnlySpan<char> literal, out int offset, out string? reason) =>
        Parts(literal, isPattern: true, out offset, out reason);

    private static ImmutableArray<string> Parts(ReadOnlySpan<char> literal, bool isPattern, out int offset, out string? reason)
    {
        ImmutableArray<string>.Builder parts = ImmutableArray.CreateBuilder<string>();
        var part = new StringBuilder(literal.Length);
        offset = 0;
        reason = null;
        while (offset < literal.Length)
        {
            char c = literal[offset];
            if (c == '\\')
            {
                int length = Escape(literal[offset..], isPattern, part, out reason);
                if (length == 0)
                {
                    return default;
                }

                offset += length;
                continue;
            }

            if (c == '\r')
            {
                reason = "A carriage return cannot stand in a string; write \\r.";
                return default;
            }

            if (isPattern && c == '*')
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(c);
            }

            offset++;
        }

        parts.Add(part.ToString());
        return parts.DrainToImmutable();
    }

    /// <summary>Reads one escape; the result is its length, 0 for none that exists.</summary>
    private static int Escape(ReadOnlySpan<char> text, bool isPattern, StringBuilder output, out string? reason)
    {
        reason = null;
        char kind = text.Length > 1 ? text[1] : '\0';
        char? simple = kind switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '0' => '\0',
            '\\' or '\'' or '"' => kind,
            '*' when isPattern => '*',
            _ => null,
        };
        if (simple is { } c)
        {
            output.Append(c);
            return 2;
        }

        switch (kind)
        {
            case 'x':
                if (text.Length >= 4 && text[2] <= '7'
                    && byte.TryParse(text[2..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte code))
                {
                    output.Append((char)code);
                    return 4;
                }

                reason = "\\x takes two hexadecimal digits, at most 7F; write \\u{...} for others.";
                return 0;
            case 'u':
                return CodePoint(text, output, out reason);
            default:
                reason = isPattern
                    ? "There is no such escape; write one of \\n \\r \\t \\0 \\\\ \\\" \\' \\* \\x41 \\u{41}."
                    : "There is no such escape; write one of \\n \\r \\t \\0 \\\\ \\\" \\' \\x41 \\u{41}.";
                return 0;
        }
    }

    private static int CodePoint(ReadOnlySpan<char> text, StringBuilder output, out string? reason)
    {
        reason = null;
        int close = text.IndexOf('}');
        if (text.Length > 3 && text[2] == '{' && close > 3 && text[3] != '_')
        {
            int value = 0;
            int digits = 0;
            foreach (char c in text[3..close])
            {
                if (c == '_')
                {
                    continue;
                }

                if (!char.IsAsciiHexDigit(c) || ++digits > 6)
                {
                    digits = 7;
                    break;
                }

                value = (value * 16) + Convert.ToInt32(c.ToString(), 16);
            }

            if (digits <= 6 && Rune.IsValid(value))
            {
                output.Append(new Rune(value).ToString());
                return close + 1;
            }
        }

        reason = "\\u takes one to six hexadecimal digits of a Unicode character in braces, for example \\u{e9}.";
        return 0;
    }
}
