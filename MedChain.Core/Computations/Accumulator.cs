using System.Collections.Immutable;

namespace MedChain.Core.Computations;

/// <summary>What a computation keeps of the patients so far: sums and counts only, so that their order leaves no trace.</summary>
internal abstract class Accumulator
{
    public static Accumulator For(Computation computation) => computation switch
    {
        Computation.PatientCount => new PatientCounter(_ => true),
        Computation.ConditionCount count => new PatientCounter(bundle => bundle.HasCondition(count.Code)),
        Computation.Moments moments => new MomentsAccumulator(moments.Measurement),
        Computation.BinCounts histogram => new BinAccumulator(histogram),
        Computation.CodeCounts codes => new CodeAccumulator(codes.Code),
        Computation.GenderConditionCounts table => new GenderConditionAccumulator(table.Code),
        _ => throw new ArgumentException($"The computation '{computation}' is of no known kind.", nameof(computation)),
    };

    /// <summary>Adds a patient, or says why her record cannot be used and adds nothing.</summary>
    public abstract string? Add(PatientBundle bundle);

    public abstract ImmutableArray<ComputationFigure> Finish();
}
