using System.Runtime.InteropServices;
using System.Text.Json;

namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>A file of FHIR R4 resources, one a line (<c>.ndjson</c> or <c>.ndjson.gz</c>), of many patients in any order.</summary>
internal static class CohortFile
{
    /// <summary>Longest line, in bytes.</summary>
    public const int MaxLineBytes = 16 * 1024 * 1024;

    /// <summary>Largest file, unpacked, in bytes: all of it is held in memory.</summary>
    public const long MaxFileBytes = 1024L * 1024 * 1024;

    /// <summary>Reads a whole file: first what is wrong with it, in the order of lines, then the patients in the order of their Patient
    /// resources. A file that cannot be read to its end gives its problem and no patients, for they might lack resources.</summary>
    public static IReadOnlyList<InputItem> Read(string path, int maxLineBytes = MaxLineBytes, long maxFileBytes = MaxFileBytes)
    {
        var cohort = new Cohort(Path.GetFileName(path));
        try
        {
            using Stream stream = UnpackedFile.Open(path);
            var lines = new LineReader(stream, maxLineBytes, maxFileBytes);
            while (lines.TryRead(out ReadOnlyMemory<byte> line, out bool tooLong))
            {
                if (tooLong)
                {
                    cohort.Refuse(lines.Number, $"is over {maxLineBytes} bytes long");
                }
                else if (line.Span.ContainsAnyExcept(" \t\r"u8))
                {
                    cohort.Add(lines.Number, line);
                }
            }

            if (lines.IsOverTotal)
            {
                return [new InputItem.Problem(cohort.FileName, $"is over {maxFileBytes} bytes when unpacked; split it")];
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return [new InputItem.Problem(cohort.FileName, FhirJson.Explain(e)!)];
        }

        return cohort.Finish();
    }

    private sealed class Cohort(string fileName)
    {
        private readonly Dictionary<string, RecordSplitter> _records = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (long Line, int Count)> _referenced = new(StringComparer.Ordinal);
        private readonly List<string> _patients = [];
        private readonly HashSet<string> _known = new(StringComparer.Ordinal);
        private readonly List<(long Line, string Reason)> _problems = [];

        public string FileName => fileName;

        public void Refuse(long line, string reason) => _problems.Add((line, reason));

        public void Add(long number, ReadOnlyMemory<byte> line)
        {
            try
            {
                using JsonDocument document = FhirJson.Parse(line);
                if (AddResource(number, document.RootElement) is { } reason)
                {
                    Refuse(number, reason);
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                Refuse(number, FhirJson.Explain(e)!);
            }
        }

        public IReadOnlyList<InputItem> Finish()
        {
            foreach ((string id, (long line, int count)) in _referenced)
            {
                if (!_known.Contains(id))
                {
                    string others = count == 1 ? "" : $" (and {count - 1} more lines)";
                    Refuse(line, $"refers to a patient who is not in the file{others}");
                }
            }

            if (_patients.Count == 0)
            {
                Refuse(0, "has no Patient");
            }

            return
            [
                .. _problems.OrderBy(problem => problem.Line).Select(problem => new InputItem.Problem(
                    problem.Line == 0 ? fileName : $"{fileName}, line {problem.Line}", problem.Reason)),
                .. _patients.Select(id => new InputItem.Accepted(_records[id].Build(id))),
            ];
        }

        private string? AddResource(long number, JsonElement resource)
        {
            if (FhirJson.Text(resource, "resourceType") is not { } type)
            {
                return "is no FHIR resource: it has no resourceType";
            }

            string? id = type == "Patient" ? FhirJson.Text(resource, "id") : FhirJson.PatientReference(resource);
            if (id is null || !FhirJson.IsId(id))
            {
                return type == "Patient" ? "is a Patient without a FHIR id" : $"is a resource of type {type} that names no patient";
            }

            if (type != "Patient")
            {
                (long line, int count) = _referenced.GetValueOrDefault(id, (number, 0));
                _referenced[id] = (line, count + 1);
            }
            else if (_known.Add(id))
            {
                _patients.Add(id);
            }
            else
            {
                return "is a second Patient of the same id";
            }

            if (!_records.TryGetValue(id, out RecordSplitter? record))
            {
                _records[id] = record = new RecordSplitter();
            }

            record.Add(type, JsonMarshal.GetRawUtf8Value(resource).ToArray(), fullUrl: null);
            return null;
        }
    }
}
