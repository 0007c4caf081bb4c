using System.Text;
using System.Text.Json;

namespace MedChain.Samples.Contracts.Conformance;

/// <summary>One set: policies, entities, a schema, and requests with the answers that Cedar gives.</summary>
internal sealed record CorpusSet(string Name, string Policies, byte[] Entities, byte[] Schema, bool IsJsonSchema, JsonElement Description)
{
    /// <summary>All sets of a corpus: every JSON file that has requests and names policies.</summary>
    public static IEnumerable<CorpusSet> In(Corpus corpus)
    {
        foreach (string path in corpus.Paths.Where(path => path.EndsWith(".json", StringComparison.Ordinal)))
        {
            if (TryRead(corpus, path) is { } set)
            {
                yield return set;
            }
        }
    }

    private static CorpusSet? TryRead(Corpus corpus, string path)
    {
        JsonElement description;
        try
        {
            using JsonDocument document = JsonDocument.Parse(corpus.Read(path));
            description = document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: the JSON cannot be read: {e.Message}");
        }

        if (description.ValueKind != JsonValueKind.Object || !description.TryGetProperty("requests", out JsonElement requests)
            || requests.ValueKind != JsonValueKind.Array || !description.TryGetProperty("policies", out _))
        {
            return null;
        }

        string schema = Find(corpus, path, description, "schema");
        return new CorpusSet(
            path,
            Encoding.UTF8.GetString(corpus.Read(Find(corpus, path, description, "policies"))),
            corpus.Read(Find(corpus, path, description, "entities")),
            corpus.Read(schema),
            schema.EndsWith(".json", StringComparison.Ordinal),
            description);
    }

    /// <summary>A named file is looked up from each folder above the description, and then by its last name beside it: archives are packed
    /// from different roots.</summary>
    private static string Find(Corpus corpus, string path, JsonElement description, string property)
    {
        if (!description.TryGetProperty(property, out JsonElement json) || json.ValueKind != JsonValueKind.String)
        {
            throw new InputException($"{path} does not name \"{property}\".");
        }

        string named = json.GetString()!;
        string folder = path;
        while (folder.Length > 0)
        {
            folder = folder.Contains('/', StringComparison.Ordinal) ? folder[..folder.LastIndexOf('/')] : "";
            string candidate = folder.Length > 0 ? $"{folder}/{named}" : named;
            if (corpus.Has(candidate))
            {
                return candidate;
            }
        }

        int slash = path.LastIndexOf('/');
        string beside = path[..(slash + 1)] + named[(named.LastIndexOf('/') + 1)..];
        return corpus.Has(beside)
            ? beside
            : throw new InputException($"{path} names \"{named}\", which is not in the corpus; pass the folder that has all its files.");
    }
}
