using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>Expected statistics of a cohort, computed elsewhere: a JSON object with <c>as_of</c> and one object of figures, whose name is
/// free.</summary>
internal sealed class OracleFile
{
    /// <summary>Largest file, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private readonly SortedDictionary<string, double> _figures = new(StringComparer.Ordinal);

    private OracleFile(string name, string asOf)
    {
        Name = name;
        AsOf = asOf;
    }

    /// <summary>Gets the name of the object of figures: which cohort they are of.</summary>
    public string Name { get; }

    /// <summary>Gets the day that ages are counted to.</summary>
    public string AsOf { get; }

    /// <summary>Gets every number by its path, for example <c>bmi_last/mean</c>, in the order of the paths' text.</summary>
    public IReadOnlyDictionary<string, double> Figures => _figures;

    /// <summary>Reads a file.</summary>
    /// <returns><see langword="false"/> and the reason if the file has another form.</returns>
    public static bool TryRead(string path, [NotNullWhen(true)] out OracleFile? oracle, [NotNullWhen(false)] out string? error)
    {
        oracle = null;
        error = null;
        string name = Path.GetFileName(path);
        try
        {
            if (UnpackedFile.ReadAll(path, MaxBytes) is not { } content)
            {
                error = $"The oracle '{name}' is over {MaxBytes} bytes.";
                return false;
            }

            using JsonDocument document = FhirJson.Parse(content);
            oracle = Read(document.RootElement);
            error = oracle is null ? $"The oracle '{name}' is not one object with 'as_of' and one object of figures." : null;
            return oracle is not null;
        }
        catch (Exception e) when (FhirJson.Explain(e) is not null)
        {
            error = $"The oracle '{name}' {FhirJson.Explain(e)!.TrimEnd('.')}.";
            return false;
        }
    }

    /// <summary>Says whether there is any figure under a path.</summary>
    public bool Has(string path) => _figures.Keys.Any(key => key == path || key.StartsWith($"{path}/", StringComparison.Ordinal));

    private static OracleFile? Read(JsonElement root)
    {
        if (FhirJson.Text(root, "as_of") is not { } asOf)
        {
            return null;
        }

        JsonProperty[] cohorts = [.. root.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Object)];
        if (cohorts.Length != 1)
        {
            return null;
        }

        var oracle = new OracleFile(cohorts[0].Name, asOf);
        oracle.Collect("", cohorts[0].Value);
        return oracle;
    }

    private void Collect(string path, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Number:
                _figures[path] = element.GetDouble();
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    Collect(Join(path, property.Name), property.Value);
                }

                break;
            case JsonValueKind.Array:
                int index = 0;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Collect(Join(path, $"{index++}"), item);
                }

                break;
            default:
                break; // Texts and nulls are no figures.
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}/{name}";
}
