using System.Collections.Immutable;

namespace MedChain.Core.Computations;

/// <summary>Counts the patients who fulfil a condition.</summary>
internal sealed class PatientCounter(Func<PatientBundle, bool> counts) : Accumulator
{
    private long _count;

    public override string? Add(PatientBundle bundle)
    {
        _count += counts(bundle) ? 1 : 0;
        return null;
    }

    public override ImmutableArray<ComputationFigure> Finish() => [ComputationFigure.Count("patients", _count)];
}
