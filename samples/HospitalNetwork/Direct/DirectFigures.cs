using System.Collections.Immutable;
using System.Globalization;
using MedChain.Core.Computations;
using MedChain.Samples.HospitalNetwork.Input;

namespace MedChain.Samples.HospitalNetwork.Direct;

/// <summary>Computes the figures of a cohort in the plain way, from the input and with doubles. It shares no code with the library, so that
/// agreement of the two says something.</summary>
internal sealed class DirectFigures
{
    private readonly List<PatientFacts> _patients;

    private DirectFigures(List<PatientFacts> patients) => _patients = patients;

    /// <summary>Reads the patients.</summary>
    public static DirectFigures Of(IEnumerable<PatientInput> patients) => Of(patients.Select(PatientFacts.Read));

    /// <summary>Takes patients who were read before.</summary>
    public static DirectFigures Of(IEnumerable<PatientFacts> patients) => new([.. patients]);

    /// <summary>Computes all figures of a computation, named and ordered as a result does.</summary>
    public ImmutableArray<DirectFigure> Compute(Computation computation) => computation switch
    {
        Computation.PatientCount => [new("patients", _patients.Count)],
        Computation.ConditionCount count => [new("patients", _patients.Count(patient => patient.Has(count.Code)))],
        Computation.Moments moments => Moments(moments.Measurement),
        Computation.BinCounts histogram => Bins(histogram),
        Computation.CodeCounts codes => Codes(codes.Code),
        Computation.GenderConditionCounts table => Table(table.Code),
        _ => throw new ArgumentException($"The computation '{computation}' is of no known kind.", nameof(computation)),
    };

    private double[] Values(Measurement measurement) =>
    [
        .. _patients
            .Select(patient => measurement.Component is { } component
                ? patient.LastNumber(measurement.Code, component)
                : patient.LastNumber(measurement.Code))
            .OfType<double>(),
    ];

    private ImmutableArray<DirectFigure> Moments(Measurement measurement)
    {
        double[] values = Values(measurement);
        double sum = values.Sum();
        double mean = sum / values.Length;
        double squares = values.Sum(value => (value - mean) * (value - mean));
        ImmutableArray<DirectFigure> figures = [new("n", values.Length), new("sum", sum)];
        return values.Length switch
        {
            0 => figures,
            1 => figures.Add(new("mean", mean)),
            _ => figures.AddRange(new DirectFigure("mean", mean), new DirectFigure("variance", squares / (values.Length - 1))),
        };
    }

    private ImmutableArray<DirectFigure> Bins(Computation.BinCounts histogram)
    {
        double[] values = Values(histogram.Measurement);
        decimal[] edges = [.. Enumerable.Range(0, histogram.Bins).Select(bin => histogram.Lower + (bin * histogram.Width))];
        return
        [
            .. edges.Select((edge, bin) => new DirectFigure(
                edge.ToString("0.######", CultureInfo.InvariantCulture),
                values.Count(value =>
                    (bin == 0 || value >= (double)edge) && (bin == edges.Length - 1 || value < (double)edges[bin + 1])))),
        ];
    }

    private ImmutableArray<DirectFigure> Codes(string code) =>
    [
        .. _patients
            .Select(patient => patient.LastCode(code))
            .OfType<string>()
            .GroupBy(value => value, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new DirectFigure(group.Key, group.Count())),
    ];

    private ImmutableArray<DirectFigure> Table(string condition) =>
    [
        .. from gender in new[] { "female", "male", "other", "unknown" }
           from has in new[] { false, true }
           select new DirectFigure(
               $"{gender}|{(has ? 1 : 0)}", _patients.Count(patient => patient.Gender == gender && patient.Has(condition) == has)),
    ];
}
