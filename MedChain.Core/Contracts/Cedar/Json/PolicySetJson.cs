using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Cedar.Json;

/// <summary>Reads a policy set, or one policy, from Cedar's JSON form as canonical Cedar text, which is then compiled like any other. No
/// bytes make it throw.</summary>
internal sealed class PolicySetJson
{
    /// <summary>Largest JSON; a text within its limits takes less.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Nodes that one level of nesting may be; the same as in texts.</summary>
    private const int DepthPerLevel = 4;

    /// <summary>A chain of operators is nested on its left side, so a long one is deep; it is read in a loop.</summary>
    private const int MaxJsonDepth = 256 * 1024;

    private const string IdAnnotation = "id";

    private readonly JsonTrail _trail = new();
    private readonly List<PolicyBody> _policies = [];
    private readonly ContractVmOptions _options;
    private readonly PolicyJsonReader _reader;

    private PolicySetJson(ContractVmOptions options)
    {
        _options = options;
        _reader = new PolicyJsonReader(_trail, options.MaxNesting * DepthPerLevel);
    }

    /// <summary>The text of all policies, templates and links.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> utf8, ContractVmOptions options, [NotNullWhen(true)] out string? text,
        [NotNullWhen(false)] out string? reason)
    {
        text = null;
        if (utf8.Length > MaxBytes)
        {
            reason = $"The JSON has {utf8.Length} bytes; the limit is {MaxBytes}. Split the set.";
            return false;
        }

        var set = new PolicySetJson(options);
        try
        {
            var documentOptions = new JsonDocumentOptions { MaxDepth = MaxJsonDepth, AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(utf8, documentOptions);
            set.ReadRoot(document.RootElement);
            reason = set._trail.Reason;
        }
        catch (JsonException e)
        {
            reason = $"The JSON cannot be read: {e.Message}";
        }
        catch (InvalidOperationException)
        {
            reason = "The JSON has a text with half a surrogate pair; write well-formed text.";
        }

        text = reason is null ? string.Join('\n', set._policies.Select(PolicyPrinter.Print)) : null;
        return text is not null;
    }

    private void ReadRoot(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("effect", out _))
        {
            Add(_reader.Read(root), null);
            return;
        }

        if (root.ValueKind != JsonValueKind.Object || !root.EnumerateObject().All(part => IsPart(part.Name)))
        {
            _trail.Fail("a policy, or a set with staticPolicies, templates and templateLinks, is needed");
            return;
        }

        var templates = new Dictionary<string, PolicyBody>(StringComparer.Ordinal);
        ReadPolicies(root, "staticPolicies", isTemplate: false, (name, policy) => Add(policy, name));
        ReadPolicies(root, "templates", isTemplate: true, (name, template) =>
        {
            templates.Add(name, template);
            Add(template, name);
        });
        if (_trail.Reason is null && root.TryGetProperty("templateLinks", out JsonElement links))
        {
            _trail.At("templateLinks", () => ReadLinks(links, templates));
        }
    }

    private static bool IsPart(string name) => name is "staticPolicies" or "templates" or "templateLinks";

    private void ReadPolicies(JsonElement root, string part, bool isTemplate, Action<string, PolicyBody> add)
    {
        if (!root.TryGetProperty(part, out JsonElement policies))
        {
            return;
        }

        if (policies.ValueKind != JsonValueKind.Object)
        {
            _trail.At(part, () => _trail.Fail("an object of policies by name is needed"));
            return;
        }

        foreach (JsonProperty property in policies.EnumerateObject())
        {
            PolicyBody? policy = _trail.At($"{part}.{property.Name}", () => _reader.Read(property.Value));
            if (policy is null)
            {
                return;
            }

            if (policy.IsTemplate != isTemplate)
            {
                _trail.At($"{part}.{property.Name}", () => _trail.Fail(
                    isTemplate ? "this has no slot; put it into staticPolicies" : "this has a slot; put it into templates"));
                return;
            }

            add(property.Name, policy);
        }
    }

    private bool ReadLinks(JsonElement links, Dictionary<string, PolicyBody> templates)
    {
        if (links.ValueKind != JsonValueKind.Array)
        {
            return _trail.Fail("a list of links is needed");
        }

        int index = 0;
        foreach (JsonElement link in links.EnumerateArray())
        {
            string step = index.ToString(CultureInfo.InvariantCulture);
            if (!_trail.At(step, () => ReadLink(link, templates)))
            {
                return false;
            }

            index++;
        }

        return true;
    }

    private bool ReadLink(JsonElement link, Dictionary<string, PolicyBody> templates)
    {
        if (link.ValueKind != JsonValueKind.Object || link.GetPropertyCount() != 3
            || !link.TryGetProperty("templateId", out JsonElement templateId) || templateId.ValueKind != JsonValueKind.String
            || !link.TryGetProperty("newId", out JsonElement newId) || newId.ValueKind != JsonValueKind.String
            || !link.TryGetProperty("values", out JsonElement values) || values.ValueKind != JsonValueKind.Object)
        {
            return _trail.Fail("a link is an object with the texts \"templateId\" and \"newId\", and \"values\" by slot");
        }

        if (!templates.TryGetValue(templateId.GetString()!, out PolicyBody? template))
        {
            return _trail.Fail($"there is no template \"{Quoting.Shorten(templateId.GetString()!)}\"");
        }

        if (Fill(template.Principal, values, "?principal") is not { } principal
            || Fill(template.Resource, values, "?resource") is not { } resource)
        {
            return false;
        }

        int slots = (template.Principal.HasSlot ? 1 : 0) + (template.Resource.HasSlot ? 1 : 0);
        if (values.GetPropertyCount() != slots)
        {
            return _trail.Fail("\"values\" has a slot that the template has not");
        }

        ImmutableSortedDictionary<string, string> annotations = template.Annotations.SetItem(IdAnnotation, newId.GetString()!);
        return Add(template with { Principal = principal, Resource = resource, Annotations = annotations }, newId.GetString());
    }

    private ScopeConstraint? Fill(ScopeConstraint scope, JsonElement values, string slot)
    {
        if (!scope.HasSlot)
        {
            return scope;
        }

        if (!values.TryGetProperty(slot, out JsonElement value))
        {
            _trail.Fail($"the template has the slot {slot}; give an entity for it");
            return null;
        }

        return LiteralJsonReader.ReadUid(value, _trail) is { } uid ? scope with { Entities = [uid], HasSlot = false } : null;
    }

    /// <summary>Adds a policy. One whose name is neither its <c>@id</c> nor its place gets it as <c>@id</c>, so that it keeps it.</summary>
    private bool Add(PolicyBody? policy, string? name)
    {
        if (policy is null)
        {
            return false;
        }

        bool hasId = policy.Annotations.TryGetValue(IdAnnotation, out string? id);
        string byPlace = string.Create(CultureInfo.InvariantCulture, $"policy{_policies.Count}");
        if (name is not null && _options.Naming == PolicyNaming.IdAnnotation && name != (hasId ? id : byPlace))
        {
            if (hasId)
            {
                return _trail.Fail(
                    $"the policy \"{Quoting.Shorten(name)}\" has the annotation id \"{Quoting.Shorten(id!)}\"; make both the same");
            }

            policy = policy with { Annotations = policy.Annotations.Add(IdAnnotation, name) };
        }

        _policies.Add(policy);
        return true;
    }
}
