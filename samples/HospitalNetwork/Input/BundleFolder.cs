using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>A folder of FHIR R4 Bundles, one patient each, as <c>*.json</c> or <c>*.json.gz</c>.</summary>
internal sealed class BundleFolder
{
    /// <summary>Largest Bundle, unpacked, in bytes.</summary>
    public const int MaxBundleBytes = 64 * 1024 * 1024;

    private readonly string[] _paths;
    private readonly int _maxBundleBytes;

    private BundleFolder(string[] paths, int maxBundleBytes)
    {
        _paths = paths;
        _maxBundleBytes = maxBundleBytes;
    }

    /// <summary>Gets the number of files.</summary>
    public int Count => _paths.Length;

    /// <summary>Lists the files of a folder, sorted by name.</summary>
    /// <returns><see langword="false"/> and the reason if there is no such folder or no Bundle in it.</returns>
    public static bool TryOpen(
        string directory,
        [NotNullWhen(true)] out BundleFolder? folder,
        [NotNullWhen(false)] out string? error,
        int maxBundleBytes = MaxBundleBytes)
    {
        folder = null;
        error = null;
        try
        {
            string[] paths = [.. Directory.EnumerateFiles(directory).Where(IsBundleName).Order(StringComparer.Ordinal)];
            if (paths.Length == 0)
            {
                error = $"The folder '{directory}' has no *.json or *.json.gz file; give a folder of FHIR Bundles, one patient each.";
                return false;
            }

            folder = new BundleFolder(paths, maxBundleBytes);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            error = Directory.Exists(directory)
                ? $"The folder '{directory}' cannot be read: {e.Message}"
                : $"There is no folder '{directory}'.";
            return false;
        }
    }

    /// <summary>Reads the files one by one: a patient or a problem for each.</summary>
    public IEnumerable<InputItem> Read()
    {
        var fileOfPatient = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in _paths)
        {
            string name = Path.GetFileName(path);
            InputItem item = ReadFile(path, name);
            if (item is InputItem.Accepted accepted && !fileOfPatient.TryAdd(accepted.Patient.Id, name))
            {
                string first = fileOfPatient[accepted.Patient.Id];
                item = new InputItem.Problem(name, $"is of patient {accepted.Patient.Id}, whom '{first}' already brought");
            }

            yield return item;
        }
    }

    private static bool IsBundleName(string path) =>
        path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".json.gz", StringComparison.OrdinalIgnoreCase);

    private InputItem ReadFile(string path, string name)
    {
        try
        {
            if (UnpackedFile.ReadAll(path, _maxBundleBytes) is not { } content)
            {
                return new InputItem.Problem(name, $"is over {_maxBundleBytes} bytes when unpacked; the limit for one patient");
            }

            using JsonDocument document = FhirJson.Parse(content);
            return ReadBundle(document.RootElement, name);
        }
        catch (Exception e) when (FhirJson.Explain(e) is not null)
        {
            return new InputItem.Problem(name, FhirJson.Explain(e)!);
        }
    }

    private static InputItem ReadBundle(JsonElement bundle, string name)
    {
        if (FhirJson.Text(bundle, "resourceType") != "Bundle")
        {
            return new InputItem.Problem(name, "is no FHIR Bundle");
        }

        if (!bundle.TryGetProperty("entry", out JsonElement entries) || entries.ValueKind != JsonValueKind.Array)
        {
            return new InputItem.Problem(name, "is a Bundle without entries");
        }

        var splitter = new RecordSplitter();
        var subjects = new HashSet<string>(StringComparer.Ordinal);
        var patients = new List<(string Id, string? FullUrl)>();
        foreach (JsonElement entry in entries.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("resource", out JsonElement resource))
            {
                continue; // An entry may be a request or a link alone.
            }

            if (FhirJson.Text(resource, "resourceType") is not { } type)
            {
                return new InputItem.Problem(name, "has a resource without a resourceType");
            }

            string? fullUrl = FhirJson.Text(entry, "fullUrl");
            splitter.Add(type, JsonMarshal.GetRawUtf8Value(resource).ToArray(), fullUrl);
            if (type == "Patient")
            {
                patients.Add((FhirJson.Text(resource, "id") ?? FhirJson.LastPart(fullUrl ?? ""), fullUrl));
            }
            else if ((RecordSplitter.IsLaboratory(type) || type == "Condition") && FhirJson.PatientReference(resource) is { } subject)
            {
                subjects.Add(subject);
            }
        }

        return Problem(patients, subjects) is { } reason
            ? new InputItem.Problem(name, reason)
            : new InputItem.Accepted(splitter.Build(patients[0].Id));
    }

    private static string? Problem(List<(string Id, string? FullUrl)> patients, HashSet<string> subjects)
    {
        if (patients.Count != 1)
        {
            return patients.Count == 0 ? "has no Patient" : $"has {patients.Count} Patients; give one file for each";
        }

        (string id, string? fullUrl) = patients[0];
        if (!FhirJson.IsId(id))
        {
            return "has a Patient without a FHIR id";
        }

        // Another patient's laboratory value under this patient's name is worse than none.
        int others = subjects.Count(subject => subject != id && subject != FhirJson.LastPart(fullUrl ?? ""));
        return others == 0 ? null : $"has findings of {others} other patients than its Patient {id}";
    }
}
