using System.Text;
using System.Text.Json;
using MedChain.Core.Clients;

namespace MedChain.Samples.AuditVerifier;

/// <summary>Shows a verdict. Texts in the file were written by people, so control characters do not reach the terminal.</summary>
internal static class Report
{
    private const int MaxDetail = 160;

    public static void Write(AuditVerdict verdict, TextWriter output)
    {
        if (verdict.Problem is { } problem)
        {
            output.WriteLine($"Nothing is proved: {Clean(problem)}");
            return;
        }

        output.WriteLine($"Chain      {Clean(verdict.Genesis!.Name)}, {verdict.Genesis.Chain}");
        output.WriteLine("           anybody can start a chain of this name: compare the identifier, or pass it with --chain");
        output.WriteLine($"Validators {verdict.Validators!.Latest.Validators.Hash}, epoch {verdict.Validators.Latest.Number}");
        output.WriteLine($"Patient    {verdict.Patient}");
        output.WriteLine();
        foreach (AuditVerdictEntry entry in verdict.Entries)
        {
            output.WriteLine(entry.Problem is { } wrong
                ? $"NOT PROVED  {Clean(wrong)}"
                : $"proved  block {entry.Height,5}  {entry.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}  {entry.Kind,-17}  "
                    + $"by {entry.Actor.ToString()[..8]}  {Shorten(Clean(entry.Detail))}");
            if (entry.Gap is { } gap)
            {
                output.WriteLine($"        not shown: {gap}");
            }
        }

        foreach (var height in verdict.Unsealed)
        {
            output.WriteLine($"NOT PROVED  an entry of block {height}: not sealed when the file was written; export again");
        }

        int proved = verdict.Entries.Count(e => e.Problem is null);
        output.WriteLine();
        output.WriteLine($"{proved} of {verdict.Entries.Length + verdict.Unsealed.Length} entries are proved. {AuditVerdict.Limit}");
    }

    public static void WriteJson(AuditVerdict verdict, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteBoolean("proved", verdict.IsProved);
        json.WriteString("problem", verdict.Problem);
        if (verdict.Genesis is { } genesis)
        {
            json.WriteString("chain", genesis.Chain.ToString());
            json.WriteString("name", genesis.Name);
            json.WriteString("validators", verdict.Validators!.Latest.Validators.Hash.ToString());
            json.WriteNumber("epoch", verdict.Validators.Latest.Number);
            json.WriteString("patient", verdict.Patient.ToString());
        }

        json.WriteStartArray("entries");
        foreach (AuditVerdictEntry entry in verdict.Entries)
        {
            json.WriteStartObject();
            json.WriteString("problem", entry.Problem);
            if (entry.Problem is null)
            {
                json.WriteString("gap", entry.Gap);
                json.WriteNumber("height", entry.Height.Value);
                json.WriteString("time", entry.Time);
                json.WriteString("kind", entry.Kind.ToString());
                json.WriteString("actor", entry.Actor.ToString());
                json.WriteString("reference", entry.Reference.ToString());
                json.WriteString("detail", entry.Detail);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("unsealed");
        foreach (var height in verdict.Unsealed)
        {
            json.WriteNumberValue(height.Value);
        }

        json.WriteEndArray();
        json.WriteString("limit", AuditVerdict.Limit);
        json.WriteEndObject();
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool isPlain = Rune.GetUnicodeCategory(rune) is not (System.Globalization.UnicodeCategory.Control
                or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator
                or System.Globalization.UnicodeCategory.ParagraphSeparator);
            clean.Append(isPlain ? rune.ToString() : " ");
        }

        return clean.ToString();
    }

    private static string Shorten(string text) => text.Length <= MaxDetail ? text : text[..MaxDetail] + "...";
}
