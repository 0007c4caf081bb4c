using Spectre.Console;

namespace MedChain.Samples.HospitalNetwork.Output;

/// <summary>Colours, tables and progress bars, for a terminal.</summary>
internal sealed class ConsoleReport(IAnsiConsole console, TextWriter errors) : IReport
{
    public void Heading(string text)
    {
        console.WriteLine();
        console.Write(new Rule($"[bold]{Safe(text)}[/]").LeftJustified());
    }

    public void Note(string text) => console.MarkupLine(Safe(text));

    public void Problem(string source, string reason) =>
        errors.WriteLine($"Left out: {PlainText.OneLine(source)}: {PlainText.OneLine(reason)}");

    public void Table(FactTable table)
    {
        int[] shown = [.. Enumerable.Range(0, table.Columns.Count).Where(i => !table.Columns[i].IsForScriptsOnly)];
        Table view = new Table().RoundedBorder().Title(Safe(table.Title));
        foreach (int i in shown)
        {
            bool isNumber = table.Rows.Count > 0 && table.Rows.All(row => row[i] is Cell.Whole or Cell.Real or Cell.Nothing);
            var column = new TableColumn($"[bold]{Safe(table.Columns[i].Header)}[/]");
            view.AddColumn(isNumber ? column.RightAligned() : column);
        }

        foreach (Cell[] row in table.Rows)
        {
            view.AddRow([.. shown.Select(i => Shown(row[i]))]);
        }

        console.Write(view);
    }

    public void Check(Check check) => console.MarkupLine(check.Passed
        ? $"[green]✓[/] {Safe(check.Name)}: {Safe(check.Actual)}"
        : $"[red bold]✗ {Safe(check.Name)}: expected {Safe(check.Expected)}, found {Safe(check.Actual)}[/]");

    public Task ProgressAsync(string what, int total, Func<Action, Task> work) => console
        .Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
        .StartAsync(async context =>
        {
            ProgressTask task = context.AddTask(Safe(what), maxValue: Math.Max(1, total));
            await work(() => task.Increment(1));
            task.Value = task.MaxValue;
        });

    public void Finish(RunEnd end)
    {
        if (end.ExitCode == RunEnd.CouldNotRun)
        {
            errors.WriteLine(PlainText.OneLine($"{end}"));
            return;
        }

        console.WriteLine();
        console.MarkupLine($"[bold {(end.ExitCode == RunEnd.Success ? "green" : "red")}]{Safe($"{end}")}[/]");
    }

    private static string Shown(Cell cell) => cell is Cell.Flag flag
        ? flag.Value ? "[green]yes[/]" : "[red]no[/]"
        : Safe($"{cell}");

    private static string Safe(string text) => Markup.Escape(PlainText.OneLine(text));
}
