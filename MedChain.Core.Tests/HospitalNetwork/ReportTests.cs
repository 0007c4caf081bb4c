using System.Collections.Immutable;
using System.Text.Json;
using MedChain.Samples.HospitalNetwork.Output;
using NUnit.Framework;
using Spectre.Console;

namespace MedChain.Core.Tests.HospitalNetwork;

/// <summary>What reports make of facts, checks and texts that came from files.</summary>
[TestFixture]
public sealed class ReportTests
{
    private const string Hostile = "[red]x[/] \u001b[2J\nok  forged [[";

    [TestCase(3, 0, null, false, RunEnd.Success)]
    [TestCase(3, 1, null, false, RunEnd.FailedCheck)]
    [TestCase(0, 0, null, false, RunEnd.CouldNotRun)]
    [TestCase(3, 1, "why", false, RunEnd.CouldNotRun)]
    [TestCase(3, 1, null, true, RunEnd.StoppedByUser)]
    public void Exit_code_follows_from_the_end(int checks, int failed, string? error, bool stopped, int expected) =>
        Assert.That(new RunEnd(checks, failed, error, stopped).ExitCode, Is.EqualTo(expected));

    [Test]
    public void Equal_check_passes_only_for_equal_values()
    {
        Assert.That(Check.Equal("n", 1, 1).Passed, Is.True);
        Assert.That(Check.Equal("n", 1, 2), Is.EqualTo(new Check("n", "1", "2", false)));
    }

    [Test]
    public void Json_has_the_facts_with_their_types()
    {
        FactTable table = Table();
        table.Add("two", 5L, double.NaN, false, Enumerable.Range(0, 20).Select(i => $"{i}").ToImmutableArray());
        using JsonDocument document = Json(report =>
        {
            report.Table(table);
            report.Table(table);
            report.Check(new Check("c", "1", "2", false));
            report.Problem("file", "reason");
            report.Finish(new RunEnd(1, 1));
        });
        JsonElement root = document.RootElement;
        Assert.That(root.GetProperty("passed").GetBoolean(), Is.False);
        Assert.That(root.GetProperty("exitCode").GetInt32(), Is.EqualTo(1));
        Assert.That(root.GetProperty("error").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That($"{root.GetProperty("problems")[0]}", Does.Contain("file").And.Contain("reason"));
        Assert.That(root.GetProperty("checks")[0].GetProperty("actual").GetString(), Is.EqualTo("2"));
        JsonElement rows = root.GetProperty("facts").GetProperty("things");
        Assert.That(rows.GetArrayLength(), Is.EqualTo(4));
        Assert.That(rows[0].GetRawText().Where(c => !char.IsWhiteSpace(c)), Is.EqualTo(
            """{"name":"one","count":1,"share":0.5,"good":true,"who":["a","b"]}"""));
        Assert.That(rows[1].GetProperty("share").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(rows[1].GetProperty("who").GetArrayLength(), Is.EqualTo(20));
    }

    [Test]
    public void Json_says_why_a_run_could_not_be_done()
    {
        using JsonDocument document = Json(report => report.Finish(new RunEnd(0, 0, "no such folder")));
        Assert.That(document.RootElement.GetProperty("error").GetString(), Is.EqualTo("no such folder"));
        Assert.That(document.RootElement.GetProperty("exitCode").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public void Texts_from_files_are_neither_markup_nor_lines_of_their_own()
    {
        using var output = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        SayAll(new ConsoleReport(console, output));
        Assert.That(output.ToString(), Does.Contain("[red]x[/]").And.Not.Contain("\u001b").And.Not.Contain("\nok  forged"));
    }

    [Test]
    public void Plain_lines_are_one_line_each()
    {
        using var output = new StringWriter();
        SayAll(new PlainReport(output, output));
        Assert.That(output.ToString(), Does.Contain("[red]x[/]").And.Not.Contain("\u001b").And.Not.Contain("\nok  forged"));
    }

    private static FactTable Table()
    {
        var table = new FactTable(
            "things", "Things", new("name", "name"), new("count", "count"), new("share", "share"), new("good", "good"), new("who", "who"));
        table.Add("one", 1L, 0.5, true, ImmutableArray.Create("a", "b"));
        return table;
    }

    private static void SayAll(IReport report)
    {
        report.Heading(Hostile);
        report.Note(Hostile);
        report.Problem(Hostile, Hostile);
        report.Check(new Check(Hostile, Hostile, Hostile, true));
        report.Check(new Check(Hostile, Hostile, Hostile, false));
        FactTable table = Table();
        table.Add(Hostile, 1L, 0.5, true, ImmutableArray.Create(Hostile));
        report.Table(table);
        report.Finish(new RunEnd(0, 0, Hostile));
    }

    private static JsonDocument Json(Action<IReport> say)
    {
        using var output = new MemoryStream();
        say(new JsonReport(output, new PlainReport(TextWriter.Null, TextWriter.Null)));
        return JsonDocument.Parse(output.ToArray());
    }
}
