using System.Collections.Immutable;
using MedChain.Core.Computations;

namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>One figure of an oracle, and where a result has it.</summary>
/// <param name="OracleFigure">Its path in the oracle.</param>
/// <param name="Expected">Its value there.</param>
/// <param name="Computation">The computation that releases it.</param>
/// <param name="ResultFigures">The result's figures that add up to it.</param>
/// <param name="IsSquareRoot">Whether it is the square root of the result's figure: a deviation beside a variance.</param>
internal sealed record OracleComparison(
    string OracleFigure,
    double Expected,
    Computation Computation,
    ImmutableArray<string> ResultFigures,
    bool IsSquareRoot = false);
