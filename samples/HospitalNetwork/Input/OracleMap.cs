using System.Collections.Immutable;
using MedChain.Core.Computations;

namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>Finds for each figure of an oracle the computation that answers it. Names are of the oracle's form; no value is known
/// here.</summary>
internal sealed class OracleMap
{
    private const string Bmi = "39156-5";
    private const string BloodPressure = "55284-4";
    private const string SmokingStatus = "72166-2";
    private const string Hypertension = "38341003";

    private static readonly Dictionary<string, string> Conditions = new(StringComparer.Ordinal)
    {
        ["af"] = "49436004",
        ["chd"] = "53741008",
        ["chf"] = "88805009",
        ["diabetes"] = "44054006",
        ["hyperlipidemia"] = "55822004",
        ["hypertension"] = Hypertension,
        ["obesity30"] = "162864005",
        ["prediabetes"] = "15777000",
        ["stroke"] = "230690007",
    };

    private static readonly Dictionary<string, Computation> Moments = new(StringComparer.Ordinal)
    {
        ["bmi_last"] = Computation.Mean(Bmi),
        ["sbp_last"] = Computation.Mean(BloodPressure, "8480-6"),
        ["dbp_last"] = Computation.Mean(BloodPressure, "8462-4"),
        ["hba1c_last"] = Computation.Mean("4548-4"),
    };

    private static readonly Computation BmiHistogram = Computation.Histogram(Bmi, 10, 5, 10);
    private static readonly Computation GenderByHypertension = Computation.CountByGenderAndCondition(Hypertension);

    private readonly ImmutableArray<OracleComparison>.Builder _comparable = ImmutableArray.CreateBuilder<OracleComparison>();
    private readonly SortedDictionary<string, string> _notComparable = new(StringComparer.Ordinal);

    private OracleMap()
    {
    }

    /// <summary>Gets the figures that results can be compared with.</summary>
    public ImmutableArray<OracleComparison> Comparable => _comparable.ToImmutable();

    /// <summary>Gets the others, each with the reason.</summary>
    public IReadOnlyDictionary<string, string> NotComparable => _notComparable;

    /// <summary>Gets the computations that all comparable figures need, each once.</summary>
    public ImmutableArray<Computation> Computations => [.. _comparable.Select(comparison => comparison.Computation).Distinct()];

    /// <summary>Maps all figures of an oracle.</summary>
    public static OracleMap Of(OracleFile oracle)
    {
        var map = new OracleMap();
        foreach ((string path, double expected) in oracle.Figures)
        {
            string[] parts = path.Split('/');
            map.Add(path, expected, parts[0], parts.Length == 2 ? parts[1] : "");
        }

        map.AddEmptyBins(oracle);
        return map;
    }

    private void Add(string path, double expected, string group, string name)
    {
        switch (group)
        {
            case "patients":
                Compare(path, expected, Computation.CountPatients(), "patients");
                break;
            case "gender":
                Compare(path, expected, GenderByHypertension, $"{name}|0", $"{name}|1");
                break;
            case "gender_x_hypertension":
                Compare(path, expected, GenderByHypertension, name);
                break;
            case "condition_counts" when Conditions.TryGetValue(name, out string? code):
                Compare(path, expected, Computation.CountCondition(code), "patients");
                break;
            case "bmi_hist_5":
                Compare(path, expected, BmiHistogram, name);
                break;
            case "smoking" when name != "null":
                Compare(path, expected, Computation.CountByCode(SmokingStatus), name);
                break;
            case "condition_counts":
                _notComparable[path] = "no code is known for this name";
                break;
            case "smoking":
                _notComparable[path] = "patients without a value are not counted";
                break;
            default:
                AddMoment(path, expected, group, name);
                break;
        }
    }

    private void AddMoment(string path, double expected, string group, string name)
    {
        bool isMoment = Moments.TryGetValue(group, out Computation? computation);
        switch (name)
        {
            case "n" or "sum" or "mean" or "variance" when isMoment:
                Compare(path, expected, computation!, name);
                break;
            case "sd" when isMoment:
                _comparable.Add(new OracleComparison(path, expected, computation!, ["variance"], IsSquareRoot: true));
                break;
            case "min" or "max" when isMoment:
                _notComparable[path] = "the smallest and the largest value are one person's and are never released";
                break;
            default:
                // One line for a whole group that is unknown, but not for a known one with a new figure.
                _notComparable[isMoment ? path : group] = Reason(group);
                break;
        }
    }

    private static string Reason(string group) => group switch
    {
        "km_all" => "survival curves are not computed in this release",
        "ols_sbp_age_male_bmi" or "logit_htn_age_male_bmi" => "regressions are not computed in this release",
        "chi2_gender_htn" => "it follows from the table of gender by hypertension, which is compared",
        "deceased" => "counts of deaths are not computed in this release",
        _ => "no computation of this release is known under this name",
    };

    private void AddEmptyBins(OracleFile oracle)
    {
        // The oracle leaves empty bins out; a result says 0.
        if (BmiHistogram is Computation.BinCounts bins && oracle.Has("bmi_hist_5"))
        {
            foreach (int edge in Enumerable.Range(0, bins.Bins).Select(bin => (int)(bins.Lower + (bin * bins.Width))))
            {
                if (!oracle.Has($"bmi_hist_5/{edge}"))
                {
                    Compare($"bmi_hist_5/{edge}", 0, BmiHistogram, $"{edge}");
                }
            }
        }
    }

    private void Compare(string path, double expected, Computation computation, params ReadOnlySpan<string> figures) =>
        _comparable.Add(new OracleComparison(path, expected, computation, [.. figures]));
}
