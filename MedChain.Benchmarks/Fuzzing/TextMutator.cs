using System.Text;

namespace MedChain.Benchmarks.Fuzzing;

/// <summary>Makes wrong and nearly right texts from right ones.</summary>
internal sealed class TextMutator(FuzzRandom random)
{
    private const int MaxEdits = 5;
    private const int LongestPiece = 24;

    /// <summary>Pieces that mean something to Cedar's policy, schema and JSON forms, and some that mean nothing to anybody.</summary>
    private static readonly string[] Pieces =
    [
        "", "(", ")", "{", "}", "[", "]", "\"", "\\", "\\u{10FFFF}", "\\u{D800}", "'", "::", ".", ",", ";", ":", "?", "?principal",
        "@id(\"x\")",
        "*", "-", "!", "--", "-9223372036854775808", "9223372036854775807", "9223372036854775808", "0", "1", "2.5", "if true then ",
        " else 1",
        " in ", " has ", " like \"*a*\"", " is Clinician", "&&", "||", "==", "!=", "<", ">=", " + ", " - ", " * ", "__cedar", "\0",
        "\ud800",
        "é", "😀", "//", "\n", "\r", "null", "true", "false", "{}", "[]", "principal", "action", "resource", "context",
        "context.grant.uses",
        "context.justification", "principal.openReviews", "resource.labels", "resource.patient", "context.now", "context.purpose",
        ".contains(\"PSY\")", ".containsAll([])", ".isEmpty()", ".getTag(\"a\")", ".hasTag(\"a\")", ".toDate()",
        ".durationSince(context.now)",
        ".lessThan(decimal(\"1.0\"))", "datetime(\"2027-01-01\")", "duration(\"1d\")", "ip(\"10.0.0.0/8\")", "decimal(\"1.23\")",
        "Purpose::\"TREAT\"", "Role::\"r\"", "Clinician::\"c\"", "Operation::\"mean\"", "Action::\"read\"", "permit", "forbid", "when {",
        "unless {", "entity ", "action ", "type ", "namespace N {", "appliesTo", "enum [\"a\"]", "tags Long", "Set<", "Long", "String",
        "Bool",
        "{\"__entity\": {\"type\": \"Patient\", \"id\": \"p\"}}", "{\"__extn\": {\"fn\": \"ip\", \"arg\": \"::1\"}}",
        "\"type\": \"Record\"",
    ];

    public string Mutate(string text, string other)
    {
        var output = new StringBuilder(text);
        // Mostly one, so that many texts are still right and go further than the parser.
        int edits = random.Below(3) > 0 ? 1 : 1 + random.Below(MaxEdits);
        for (int i = 0; i < edits; i++)
        {
            int at = random.Below(output.Length + 1);
            int length = Math.Min(random.Below(LongestPiece), output.Length - at);
            switch (random.Below(6))
            {
                case 0:
                    output.Remove(at, length);
                    break;
                case 1:
                    output.Insert(random.Below(output.Length + 1), output.ToString(at, length));
                    break;
                case 2:
                    int from = random.Below(other.Length + 1);
                    output.Insert(at, other.AsSpan(from, Math.Min(random.Below(LongestPiece), other.Length - from)));
                    break;
                case 3:
                    ReplaceWord(output, at);
                    break;
                case 4:
                    Repeat(output, at);
                    break;
                default:
                    output.Remove(at, Math.Min(length, 3)).Insert(at, random.Of(Pieces));
                    break;
            }
        }

        return output.ToString();
    }

    /// <summary>Puts a piece where a word was, so that the text around it stays in form.</summary>
    private void ReplaceWord(StringBuilder output, int at)
    {
        int start = at;
        while (start > 0 && char.IsLetterOrDigit(output[start - 1]))
        {
            start--;
        }

        int end = at;
        while (end < output.Length && char.IsLetterOrDigit(output[end]))
        {
            end++;
        }

        output.Remove(start, end - start).Insert(start, random.Of(Pieces));
    }

    /// <summary>Writes one piece many times: nesting, long chains, long names.</summary>
    private void Repeat(StringBuilder output, int at)
    {
        string piece = random.Of(Pieces);
        int times = random.Below(80);
        for (int i = 0; i < times; i++)
        {
            output.Insert(at, piece);
        }
    }
}
