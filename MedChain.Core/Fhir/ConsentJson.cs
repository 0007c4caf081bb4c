using System.Globalization;
using System.Text.Json;
using MedChain.Core.Encoding;

namespace MedChain.Core.Fhir;

/// <summary>Typed looks into a resource. What has the wrong form throws <see cref="MalformedDataException"/> with its place; the import
/// catches it.</summary>
internal static class ConsentJson
{
    /// <summary>Most values in one list; what a policy says grows with each.</summary>
    public const int MaxValues = 64;

    /// <summary>Whether a text is a FHIR id.</summary>
    public static bool IsId(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');

    /// <summary>Refuses what the reader would pass over: a rule that it does not know may be a deny.</summary>
    public static void RequireKnown(JsonElement json, string path, IReadOnlySet<string> known)
    {
        Require(json, JsonValueKind.Object, path);
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                string name = property.Name.Length <= 64 ? property.Name : property.Name[..64];
                throw new MalformedDataException(
                    $"{path} has '{name}', which this import does not know; remove it or write the rule without.");
            }
        }
    }

    public static void Require(JsonElement json, JsonValueKind kind, string path)
    {
        if (json.ValueKind != kind)
        {
            throw new MalformedDataException($"{path} is a JSON {json.ValueKind}; FHIR has a {kind} there.");
        }
    }

    public static string? Text(JsonElement json, string name, string path)
    {
        if (!json.TryGetProperty(name, out JsonElement value))
        {
            return null;
        }

        Require(value, JsonValueKind.String, $"{path}.{name}");
        return value.GetString();
    }

    /// <summary>The items of a list with their places, or nothing when there is no list. FHIR has no empty lists: one in a rule is
    /// refused, because it could be read as no condition or as one that never holds.</summary>
    public static IReadOnlyList<(JsonElement Json, string Path)> Items(JsonElement json, string name, string path)
    {
        if (!json.TryGetProperty(name, out JsonElement list))
        {
            return [];
        }

        Require(list, JsonValueKind.Array, $"{path}.{name}");
        int length = list.GetArrayLength();
        if (length is 0 or > MaxValues)
        {
            throw new MalformedDataException($"{path}.{name} has {length} items; write 1 to {MaxValues}.");
        }

        var items = new List<(JsonElement, string)>(length);
        foreach (JsonElement item in list.EnumerateArray())
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{path}.{name}[{items.Count}]");
            Require(item, JsonValueKind.Object, place);
            items.Add((item, place));
        }

        return items;
    }

    public static string? Reference(JsonElement json, string name, string path)
    {
        if (!json.TryGetProperty(name, out JsonElement reference))
        {
            return null;
        }

        Require(reference, JsonValueKind.Object, $"{path}.{name}");
        return Text(reference, "reference", $"{path}.{name}");
    }

    public static (string System, string Code) Coding(JsonElement json, string path) =>
        (Text(json, "system", path) ?? "", Text(json, "code", path) ?? "");

    public static IReadOnlyList<(string System, string Code)> Concept(JsonElement json, string path) =>
        [.. Items(json, "coding", path).Select(item => Coding(item.Json, item.Path))];
}
