using MedChain.Benchmarks.Measuring;
using MedChain.Core.Ledger.Tasks;

namespace MedChain.Benchmarks.EndToEnd;

/// <summary>What one task took.</summary>
/// <param name="Use">From the submission to the closed task, what the process used.</param>
/// <param name="Phases">How long it was seen in each phase.</param>
internal sealed record TaskFigures(ProcessUse Use, IReadOnlyDictionary<TaskPhase, TimeSpan> Phases)
{
    public double Seconds(TaskPhase phase) => Phases.TryGetValue(phase, out TimeSpan time) ? time.TotalSeconds : 0;
}
