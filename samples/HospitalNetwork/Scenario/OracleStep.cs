using MedChain.Core.Computations;
using MedChain.Samples.HospitalNetwork.Direct;
using MedChain.Samples.HospitalNetwork.Input;
using MedChain.Samples.HospitalNetwork.Output;

namespace MedChain.Samples.HospitalNetwork.Scenario;

/// <summary>Runs every computation that an oracle has figures of, and compares the released figures with them.</summary>
internal static class OracleStep
{
    /// <summary>Reads the oracle.</summary>
    /// <exception cref="SampleException">It has another form, or no figure that can be compared.</exception>
    public static OracleFile Read(string path)
    {
        if (!OracleFile.TryRead(path, out OracleFile? oracle, out string? error))
        {
            throw new SampleException(error);
        }

        return OracleMap.Of(oracle).Comparable.IsEmpty
            ? throw new SampleException($"The oracle '{Path.GetFileName(path)}' has no figure that this release can compute.")
            : oracle;
    }

    public static async Task RunAsync(Scene scene, OracleFile oracle)
    {
        scene.Report.Heading($"Computing tasks, compared with the oracle '{oracle.Name}' as of {oracle.AsOf}");
        OracleMap map = OracleMap.Of(oracle);
        foreach (Computation computation in map.Computations)
        {
            TaskFindings findings = await TaskStep.RunAsync(scene, computation, minimumCohort: PermissionPlan.Everything.MinimumCohort);
            Compare(scene, findings, [.. map.Comparable.Where(comparison => comparison.Computation == computation)]);
        }

        var table = new FactTable(
            "notCompared", "Figures of the oracle that are not compared", new("figure", "figure"), new("reason", "why"));
        foreach ((string figure, string reason) in map.NotComparable)
        {
            table.Add(figure, reason);
        }

        if (table.Rows.Count > 0)
        {
            scene.Report.Table(table);
        }
    }

    private static void Compare(Scene scene, TaskFindings findings, OracleComparison[] comparisons)
    {
        var table = new FactTable(
            "oracle", $"{findings.Name} beside the oracle",
            new("task", "task"), new("figure", "figure"), new("released", "released"), new("oracle", "oracle"), new("equal", "equal"));
        int agreeing = 0;
        int released = 0;
        foreach (OracleComparison comparison in comparisons)
        {
            ComparedFigure? figure = findings.Receipt.Result is { } result ? FigureComparer.Compare(result, comparison) : null;
            table.Add(
                findings.Name, comparison.OracleFigure, figure?.Released ?? "not released", comparison.Expected, figure?.Agrees == true);
            agreeing += figure?.Agrees == true ? 1 : 0;
            released += figure is null ? 0 : 1;
        }

        scene.Report.Table(table);
        scene.Check(Check.Equal($"{findings.Name}: released figures equal to the oracle's", released, agreeing));
    }
}
