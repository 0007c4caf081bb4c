using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Contracts.Profile.Rules;
using MedChain.Core.Encoding;

namespace MedChain.Core.Fhir;

/// <summary>Turns a FHIR R4 Consent into policies. What cannot be expressed is listed; it makes permits narrower and denies broader, and
/// never the other way round. Thread safe.</summary>
public static class ConsentImport
{
    /// <summary>The longest resource that is read, in bytes.</summary>
    public const int MaxBytes = 1 << 18;

    private const int MaxJsonDepth = 64;

    private static readonly ImmutableArray<string> BasePolicies = ["policy", "policyRule"];

    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal, "resourceType", "id", "_id", "meta", "language", "_language", "text", "contained", "extension",
        "identifier", "status", "scope", "category", "patient", "dateTime", "_dateTime", "performer", "organization", "sourceAttachment",
        "sourceReference", "policy", "policyRule", "verification", "provision");

    /// <summary>Imports a Consent.</summary>
    /// <param name="utf8">The resource in FHIR's JSON. Any bytes may be passed.</param>
    /// <param name="names">What the names in it are on this network.</param>
    /// <returns>The policies, or the reason why there are none. Refused are: what is no Consent of R4, a Consent that is not active or is
    /// about something else than privacy or research, one with modifier extensions or implicit rules, and one of which nothing can be
    /// expressed.</returns>
    public static ConsentImportResult Read(ReadOnlyMemory<byte> utf8, IConsentNames names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (utf8.Length > MaxBytes)
        {
            return Refused($"The resource has {utf8.Length} bytes; the limit is {MaxBytes}. Leave out its narrative.", []);
        }

        try
        {
            var options = new JsonDocumentOptions { MaxDepth = MaxJsonDepth, AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(utf8, options);
            JsonElement root = document.RootElement.Clone();
            RequireText(root);
            return Read(root, names);
        }
        catch (JsonException e)
        {
            return Refused($"The JSON cannot be read: {e.Message}", []);
        }
        catch (MalformedDataException e)
        {
            return Refused(e.Message, []);
        }
        catch (InvalidOperationException)
        {
            return Refused("The JSON has a text with half a surrogate pair; write well-formed text.", []);
        }
    }

    private static ConsentImportResult Read(JsonElement root, IConsentNames names)
    {
        ConsentJson.RequireKnown(root, "Consent", Known);
        RequireInForce(root);
        string? id = ConsentJson.Text(root, "id", "Consent");
        if (id is not null && !ConsentJson.IsId(id))
        {
            throw new MalformedDataException("Consent.id has 1 to 64 letters, digits, '-' and '.'.");
        }

        string reference = ConsentJson.Reference(root, "patient", "Consent")
            ?? throw new MalformedDataException("Consent.patient.reference is missing; name the patient.");
        if (names.Grantee(reference) is not { Type: "Patient" } patient)
        {
            throw new MalformedDataException("Consent.patient is no patient of this network; give a name for the reference.");
        }

        if (!root.TryGetProperty("provision", out JsonElement provision))
        {
            throw new MalformedDataException("Consent.provision is missing; a policy elsewhere is not read, so write its rules here.");
        }

        var reader = new ProvisionReader(names);
        Provision rules = reader.Read(provision, "Consent.provision");
        ImmutableArray<ConsentLimitation> limitations = AddBasePolicies(root, reader.Limitations);
        string text = new ProvisionPolicies(patient, id).Write(rules);
        if (text.Length == 0)
        {
            return Refused("Nothing of the consent can be expressed; the limitations say why.", limitations);
        }

        PolicyCompilation compilation = ContractVm.CompilePolicies(text, MedicalSchema.Default);
        return compilation.Succeeded
            ? new ConsentImportResult(
                new ImportedConsent(id, reference, patient, PeriodOf(provision), compilation.Policies, root), null, limitations)
            : Refused($"The consent is no policy set: {compilation.Errors[0].Message}", limitations);
    }

    private static void RequireInForce(JsonElement root)
    {
        if (ConsentJson.Text(root, "resourceType", "Consent") != "Consent")
        {
            throw new MalformedDataException("The resource is no Consent; its resourceType has to be 'Consent'.");
        }

        if (ConsentJson.Text(root, "status", "Consent") != "active")
        {
            throw new MalformedDataException("Consent.status is not 'active', so it is not in force.");
        }

        if (!root.TryGetProperty("scope", out JsonElement scope))
        {
            throw new MalformedDataException("Consent.scope is missing; write patient-privacy or research.");
        }

        ConsentJson.Require(scope, JsonValueKind.Object, "Consent.scope");
        if (!ConsentJson.Concept(scope, "Consent.scope").Any(IsAboutData))
        {
            throw new MalformedDataException("Consent.scope is neither patient-privacy nor research; import only consents about data.");
        }
    }

    private static bool IsAboutData((string System, string Code) scope) =>
        scope.System == "http://terminology.hl7.org/CodeSystem/consentscope" && scope.Code is "patient-privacy" or "research";

    private static ImmutableArray<ConsentLimitation> AddBasePolicies(JsonElement root, ImmutableArray<ConsentLimitation> found) =>
    [
        .. BasePolicies.Where(name => root.TryGetProperty(name, out _))
            .Select(name => new ConsentLimitation($"Consent.{name}", "a policy elsewhere is not read; only the provision decides")),
        .. found,
    ];

    private static ConsentPeriod? PeriodOf(JsonElement provision)
    {
        const string Path = "Consent.provision.period";
        return provision.TryGetProperty("period", out JsonElement period)
            ? new ConsentPeriod(ConsentJson.Text(period, "start", Path), ConsentJson.Text(period, "end", Path))
            : null;
    }

    /// <summary>Reads every text once, so that none fails later.</summary>
    /// <exception cref="InvalidOperationException">One has half a surrogate pair.</exception>
    private static void RequireText(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            _ = json.GetString();
        }
        else if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in json.EnumerateArray())
            {
                RequireText(item);
            }
        }
        else if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in json.EnumerateObject())
            {
                _ = property.Name;
                RequireText(property.Value);
            }
        }
    }

    private static ConsentImportResult Refused(string reason, ImmutableArray<ConsentLimitation> limitations) =>
        new(null, reason, limitations);
}
