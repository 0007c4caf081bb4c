using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MedChain.Samples.HospitalNetwork.Input;

namespace MedChain.Samples.HospitalNetwork.Options;

/// <summary>Reads the command line. Anything unknown is refused: a misspelt option must not pass for the default.</summary>
internal static class OptionParser
{
    public const string Help = """
        Three hospitals with an account chain each and one transaction chain for research, in this process.

          --data DIR        keep the network's files in DIR and go on with what is there; default: a temporary folder
          --bundles DIR     patients are the FHIR R4 Bundles in DIR (*.json, *.json.gz), one patient each
          --patients N      invent N patients (default 60)
          --seed S          number that the invented patients follow from (default 1)
          --cohort FILE     patients are in FILE (*.ndjson, *.ndjson.gz), one FHIR resource a line; all permit research
          --oracle FILE     JSON file with the expected figures of the cohort
          --json            print one JSON document on standard output, progress on standard error
          --help            print this

        Exit code: 0 when every check passed, 1 when one failed, 2 when the run could not be done, 130 when it was stopped.
        """;

    private static readonly string[] Flags = ["--json", "--help"];
    private static readonly string[] Valued = ["--data", "--bundles", "--patients", "--seed", "--cohort", "--oracle"];

    /// <summary>Reads arguments of the forms <c>--name value</c> and <c>--name=value</c>.</summary>
    /// <returns><see langword="false"/> and one line that says what to mend.</returns>
    public static bool TryParse(
        IReadOnlyList<string> arguments, [NotNullWhen(true)] out SampleOptions? options, [NotNullWhen(false)] out string? error)
    {
        options = null;
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        error = Collect(arguments, given) ?? Conflict(given);
        if (error is not null)
        {
            return false;
        }

        int patients = SampleOptions.DefaultPatients;
        if (given.TryGetValue("--patients", out string? count)
            && !(int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out patients)
                && patients is >= 1 and <= BundleGenerator.MaxPatients))
        {
            error = $"--patients is '{count}'; give a number from 1 to {BundleGenerator.MaxPatients}.";
            return false;
        }

        ulong seed = SampleOptions.DefaultSeed;
        if (given.TryGetValue("--seed", out string? start)
            && !ulong.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out seed))
        {
            error = $"--seed is '{start}'; give a number from 0 to {ulong.MaxValue}.";
            return false;
        }

        options = new SampleOptions
        {
            DataDirectory = given.GetValueOrDefault("--data"),
            Bundles = given.GetValueOrDefault("--bundles"),
            Patients = patients,
            Seed = seed,
            Cohort = given.GetValueOrDefault("--cohort"),
            Oracle = given.GetValueOrDefault("--oracle"),
            Json = given.ContainsKey("--json"),
            Help = given.ContainsKey("--help"),
        };
        return true;
    }

    private static string? Collect(IReadOnlyList<string> arguments, Dictionary<string, string> given)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            int equals = arguments[i].IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? arguments[i] : arguments[i][..equals];
            bool isFlag = Flags.Contains(name);
            if (!isFlag && !Valued.Contains(name))
            {
                return $"'{arguments[i]}' is no option of this sample; --help lists them.";
            }

            if (isFlag && equals >= 0)
            {
                return $"{name} takes no value.";
            }

            string value = "";
            if (equals >= 0)
            {
                value = arguments[i][(equals + 1)..];
            }
            else if (!isFlag && i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                value = arguments[++i];
            }

            if (!isFlag && value.Length == 0)
            {
                return $"{name} needs a value.";
            }

            if (!given.TryAdd(name, value))
            {
                return $"{name} is given twice.";
            }
        }

        return null;
    }

    private static string? Conflict(Dictionary<string, string> given)
    {
        bool Has(string name) => given.ContainsKey(name);
        if (Has("--cohort") != Has("--oracle"))
        {
            return "--cohort and --oracle belong together; give both.";
        }

        string? source = Has("--bundles") ? "--bundles" : Has("--cohort") ? "--cohort" : null;
        string? other = source is null ? null
            : new[] { "--patients", "--seed", "--cohort" }.FirstOrDefault(name => name != source && Has(name));
        return other is null ? null : $"{source} says who the patients are; leave {other} out.";
    }
}
