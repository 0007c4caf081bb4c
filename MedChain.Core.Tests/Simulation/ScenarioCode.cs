using System.Text;

namespace MedChain.Core.Tests.Simulation;

/// <summary>Writes a scenario as the C# that makes it, so that a shrunk failure can join the <see cref="Regressions"/>.</summary>
internal static class ScenarioCode
{
    public static string Of(Scenario scenario)
    {
        Core.Consensus.CbftLimits l = scenario.Limits;
        var code = new StringBuilder();
        code.AppendLine(Text(
            $"new Scenario(Seed: {scenario.Seed}, Count: {scenario.Count}, new CbftLimits {{ Window = {l.Window}, "))
            .AppendLine(Text($"SlotTimeout = {Time(l.SlotTimeout)}, MaxSlotTimeout = {Time(l.MaxSlotTimeout)}, "))
            .AppendLine(Text($"ResendInterval = {Time(l.ResendInterval)}, BatchDelay = {Time(l.BatchDelay)}, "))
            .AppendLine(Text($"CutDelay = {Time(l.CutDelay)}, MaxBatchTransactions = {l.MaxBatchTransactions}, "))
            .AppendLine(Text($"MaxUnfixedBatches = {l.MaxUnfixedBatches}, MaxLaneBatches = {l.MaxLaneBatches}, "))
            .AppendLine(Text($"MaxClockDrift = {Time(l.MaxClockDrift)} }}, "))
            .AppendLine(Text($"RealSignatures: {Lower(scenario.RealSignatures)}, RealLedger: {Lower(scenario.RealLedger)}, "))
            .AppendLine(Text($"Byzantine: 0x{scenario.Byzantine:x}, Damaged: 0x{scenario.Damaged:x}, MaxDelay: {scenario.MaxDelay}, "))
            .AppendLine(Text($"MaxDiskDelay: {scenario.MaxDiskDelay}, BlocksPerFlush: {scenario.BlocksPerFlush}, "))
            .AppendLine(Text($"HealAt: {scenario.HealAt},"))
            .AppendLine("[");
        foreach (Incident incident in scenario.Incidents)
        {
            code.Append("    ").Append(Of(incident)).AppendLine(",");
        }

        return code.Append(Text($"]) {{ Joining = {scenario.Joining} }}")).ToString();
    }

    private static string Of(Incident incident) => incident switch
    {
        Incident.Link i => Text(
            $"new Incident.Link({i.At}, {Until(i.Until)}, FaultClass.{i.Class}, 0x{i.From:x}, 0x{i.To:x}, {i.Rate}, {i.Amount})"),
        Incident.Process i => Text($"new Incident.Process({i.At}, {Until(i.Until)}, FaultClass.{i.Class}, {i.Node}, {i.Amount})"),
        Incident.Lie i => Text(
            $"new Incident.Lie({i.At}, {Until(i.Until)}, FaultClass.{i.Class}, {i.Node}, {i.Rate}, 0x{i.Seed:x})"),
        Incident.Change i => Text($"new Incident.Change({i.At}, FaultClass.{i.Class}, 0x{i.Pick:x})"),
        Incident.Submission i => Text($"new Incident.Submission({i.At}, FaultClass.{i.Class}, 0x{i.Nodes:x}, [")
            + string.Join(", ", i.Requests.Select(r => Text($"new({r.Client}, {r.Nonce}, {r.Content}, {Lower(r.Valid)})"))) + "])",
        _ => throw new ArgumentException($"{incident.GetType().Name} has no code.", nameof(incident)),
    };

    private static string Until(long time) => time == long.MaxValue ? "long.MaxValue" : Text($"{time}");

    private static string Time(TimeSpan time) => Text($"TimeSpan.FromMilliseconds({time.TotalMilliseconds})");

    private static string Lower(bool value) => value ? "true" : "false";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
