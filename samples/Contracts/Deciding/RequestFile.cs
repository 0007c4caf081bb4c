using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;

namespace MedChain.Samples.Contracts.Deciding;

/// <summary>A patient, entities and requests from a JSON file; everything is checked against the medical schema.</summary>
internal sealed record RequestFile(
    EntityUid Patient, EntityStore Entities, ImmutableArray<(string Description, AuthorizationRequest Request)> Requests)
{
    public static RequestFile Read(string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(SmallFile.Read(file));
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}: the JSON cannot be read: {e.Message}");
        }
        catch (InputException e)
        {
            throw new InputException($"{file}: {e.Message}");
        }
    }

    private static RequestFile Read(JsonElement root)
    {
        var patient = new EntityUid("Patient", Text(Member(root, "patient", "the file"), "patient"));
        if (!MedicalSchema.Default.TryReadEntities(
                Bytes(Member(root, "entities", "the file")), out EntityStore? entities, out string? reason, MedicalSchema.Terms))
        {
            throw new InputException(reason);
        }

        JsonElement list = Member(root, "requests", "the file");
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new InputException("\"requests\" is an array.");
        }

        return new RequestFile(patient, entities, [.. list.EnumerateArray().Select((json, i) => Request(json, $"requests[{i}]"))]);
    }

    private static (string Description, AuthorizationRequest Request) Request(JsonElement json, string path)
    {
        var action = new EntityUid("Action", Text(Member(json, "action", path), $"{path}.action"));
        if (!MedicalSchema.Default.TryReadContext(
                Bytes(Member(json, "context", path)), action, out RecordValue? context, out string? reason))
        {
            throw new InputException($"{path}: {reason}");
        }

        var request = new AuthorizationRequest(
            Uid(Member(json, "principal", path), $"{path}.principal"), action, Uid(Member(json, "resource", path), $"{path}.resource"),
            context);
        return MedicalSchema.Default.ProblemOf(request) is { } problem
            ? throw new InputException($"{path}: {problem}")
            : (Text(Member(json, "description", path), $"{path}.description"), request);
    }

    private static EntityUid Uid(JsonElement json, string path) =>
        EntityUid.TryCreate(Text(Member(json, "type", path), path), Text(Member(json, "id", path), path), out EntityUid? uid)
            ? uid
            : throw new InputException($"{path} is no entity; write an object with \"type\" and \"id\".");

    private static JsonElement Member(JsonElement json, string name, string path) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement member)
            ? member
            : throw new InputException($"{path} is an object with \"{name}\".");

    private static string Text(JsonElement json, string path)
    {
        try
        {
            return json.ValueKind == JsonValueKind.String ? json.GetString()! : throw new InputException($"{path} is a text.");
        }
        catch (InvalidOperationException)
        {
            throw new InputException($"{path} has half a surrogate pair.");
        }
    }

    private static byte[] Bytes(JsonElement json) => Encoding.UTF8.GetBytes(json.GetRawText());
}
