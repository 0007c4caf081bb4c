using System.Text.Json;

namespace MedChain.Samples.HospitalNetwork.Output;

/// <summary>One JSON document at the end, for scripts; steps and progress go to another writer meanwhile.</summary>
internal sealed class JsonReport(Stream output, IReport progress) : IReport
{
    private readonly List<FactTable> _tables = [];
    private readonly List<Check> _checks = [];
    private readonly List<(string Source, string Reason)> _problems = [];
    private readonly List<string> _notes = [];

    public void Heading(string text) => progress.Heading(text);

    public void Note(string text)
    {
        _notes.Add(text);
        progress.Note(text);
    }

    public void Problem(string source, string reason)
    {
        _problems.Add((source, reason));
        progress.Problem(source, reason);
    }

    public void Table(FactTable table) => _tables.Add(table);

    public void Check(Check check)
    {
        _checks.Add(check);
        progress.Check(check);
    }

    public Task ProgressAsync(string what, int total, Func<Action, Task> work) => progress.ProgressAsync(what, total, work);

    public void Finish(RunEnd end)
    {
        progress.Finish(end);
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("sample", "HospitalNetwork");
        writer.WriteBoolean("passed", end.ExitCode == RunEnd.Success);
        writer.WriteNumber("exitCode", end.ExitCode);
        writer.WriteString("error", end.ExitCode is RunEnd.Success or RunEnd.FailedCheck ? null : $"{end}");
        writer.WriteStartArray("problems");
        foreach ((string source, string reason) in _problems)
        {
            writer.WriteStartObject();
            writer.WriteString("source", source);
            writer.WriteString("reason", reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteChecks(writer);
        writer.WriteStartArray("notes");
        _notes.ForEach(writer.WriteStringValue);
        writer.WriteEndArray();
        WriteFacts(writer);
        writer.WriteEndObject();
    }

    private void WriteChecks(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("checks");
        foreach (Check check in _checks)
        {
            writer.WriteStartObject();
            writer.WriteString("name", check.Name);
            writer.WriteString("expected", check.Expected);
            writer.WriteString("actual", check.Actual);
            writer.WriteBoolean("passed", check.Passed);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteFacts(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("facts");
        foreach (IGrouping<string, FactTable> tables in _tables.GroupBy(table => table.Key, StringComparer.Ordinal))
        {
            writer.WriteStartArray(tables.Key);
            foreach ((FactTable table, Cell[] row) in tables.SelectMany(table => table.Rows.Select(row => (table, row))))
            {
                writer.WriteStartObject();
                for (int i = 0; i < row.Length; i++)
                {
                    writer.WritePropertyName(table.Columns[i].Key);
                    Write(writer, row[i]);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Cell cell)
    {
        switch (cell)
        {
            case Cell.Whole whole:
                writer.WriteNumberValue(whole.Value);
                break;
            case Cell.Real real when double.IsFinite(real.Value):
                writer.WriteNumberValue(real.Value);
                break;
            case Cell.Flag flag:
                writer.WriteBooleanValue(flag.Value);
                break;
            case Cell.Texts texts:
                writer.WriteStartArray();
                foreach (string text in texts.Values)
                {
                    writer.WriteStringValue(text);
                }

                writer.WriteEndArray();
                break;
            case Cell.Text text:
                writer.WriteStringValue(text.Value);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
