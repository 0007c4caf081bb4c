using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile.Rules;
using MedChain.Core.Encoding;

namespace MedChain.Core.Fhir;

/// <summary>Reads when one rule applies, and keeps what it cannot express.</summary>
internal sealed class ConditionReader(IConsentNames names)
{
    private const string Reasons = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    private const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    private const string Codes = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    private const string Participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
    private const string ConsentAction = "http://terminology.hl7.org/CodeSystem/consentaction";

    // From open to closed: a deny of one level is a deny of those after it.
    private static readonly ImmutableArray<string> Levels = ["U", "L", "M", "N", "R", "V"];

    private static readonly FrozenSet<string> PeriodParts = FrozenSet.Create(StringComparer.Ordinal, "id", "extension", "start", "end");
    private static readonly FrozenSet<string> ActorParts = FrozenSet.Create(StringComparer.Ordinal, "id", "extension", "role", "reference");
    private static readonly FrozenSet<string> DataParts = FrozenSet.Create(
        StringComparer.Ordinal, "id", "extension", "meaning", "reference");

    private readonly ImmutableArray<ConsentLimitation>.Builder _limitations = ImmutableArray.CreateBuilder<ConsentLimitation>();

    public ImmutableArray<ConsentLimitation> Limitations => _limitations.ToImmutable();

    public void Limit(string path, string message) => _limitations.Add(new ConsentLimitation(path, message));

    /// <summary>What the rule itself states, by the element that states it.</summary>
    public IEnumerable<KeyValuePair<string, Bounds>> Read(JsonElement json, string path)
    {
        var found = new List<KeyValuePair<string, Bounds>>();
        AddPeriod("period", "context.now");
        AddPeriod("dataPeriod", "resource.collected");
        AddAny("actor", Actor);
        AddAny("securityLabel", Label);
        AddAny("class", (item, place) => Category([ConsentJson.Coding(item, place)], place));
        AddAny("code", (item, place) => Category(ConsentJson.Concept(item, place), place));
        AddAny("data", Data);
        return found;

        void AddPeriod(string name, string subject)
        {
            if (json.TryGetProperty(name, out JsonElement period))
            {
                found.Add(new(name, Period(period, $"{path}.{name}", subject)));
            }
        }

        void AddAny(string name, Func<JsonElement, string, Bounds> read)
        {
            IReadOnlyList<(JsonElement Json, string Path)> items = ConsentJson.Items(json, name, path);
            if (items.Count > 0)
            {
                found.Add(new(name, Bounds.Any([.. items.Select(item => read(item.Json, item.Path))])));
            }
        }
    }

    /// <summary>The purposes that a rule states, apart for emergencies, or nothing. A deny is about the ordinary bounds alone, which have
    /// both when they are wide.</summary>
    public (Bounds Ordinary, Bounds Emergency)? Purposes(JsonElement json, string path)
    {
        var ordinary = new List<Bounds>();
        var emergency = new List<Bounds>();
        foreach ((JsonElement item, string place) in ConsentJson.Items(json, "purpose", path))
        {
            (string system, string code) = ConsentJson.Coding(item, place);
            EntityUid? purpose = system == Reasons ? new EntityUid("Purpose", code) : names.Purpose(system, code);
            if (purpose is not { Type: "Purpose" } || !PurposeBounds.IsKnown(purpose.Id))
            {
                Limit(place, "the purpose is none of HL7's PurposeOfUse, and no name is given for it");
                ordinary.Add(Bounds.Unknown);
                continue;
            }

            (Bounds ordinarily, Bounds inEmergency) = PurposeBounds.Of(purpose);
            ordinary.Add(ordinarily);
            emergency.Add(inEmergency);
        }

        return ordinary.Count == 0 ? null : (Bounds.Any(ordinary), Bounds.Any(emergency));
    }

    /// <summary>The actions that a rule states, or nothing. A deny of any action is a deny of all: every access discloses and
    /// uses.</summary>
    public (Bounds Ordinary, bool Emergency)? Actions(JsonElement json, string path)
    {
        var ordinary = new List<Bounds>();
        bool emergency = false;
        foreach ((JsonElement item, string place) in ConsentJson.Items(json, "action", path))
        {
            IReadOnlyList<(string System, string Code)> concept = ConsentJson.Concept(item, place);
            bool access = concept.Contains((ConsentAction, "access"));
            bool use = concept.Contains((ConsentAction, "use"));
            if (!access && !use)
            {
                Limit(place, "only the actions 'access' and 'use' can be permitted apart; a deny of an action denies all");
            }

            emergency |= access;
            string narrow = access ? "action == Action::\"read\"" : use ? "action == Action::\"compute\"" : Bounds.Never;
            ordinary.Add(new Bounds(narrow, Bounds.Always));
        }

        return ordinary.Count == 0 ? null : (Bounds.Any(ordinary), emergency);
    }

    /// <summary>When a time lies in a period.</summary>
    private static Bounds Period(JsonElement json, string path, string subject)
    {
        ConsentJson.RequireKnown(json, path, PeriodParts);
        Bounds from = Moment("start") is { } start ? start.From(subject) : Bounds.Exactly(Bounds.Always);
        Bounds until = Moment("end") is { } end ? end.Until(subject) : Bounds.Exactly(Bounds.Always);
        return new Bounds(Bounds.All([from.Narrow, until.Narrow]), Bounds.All([from.Wide, until.Wide]));

        FhirMoment? Moment(string name) => ConsentJson.Text(json, name, path) is not { } text ? null
            : FhirMoment.TryParse(text, out FhirMoment moment) ? moment
            : throw new MalformedDataException($"{path}.{name} is no dateTime of FHIR; write a date, or a moment with its time zone.");
    }

    private Bounds Actor(JsonElement json, string path)
    {
        ConsentJson.RequireKnown(json, path, ActorParts);
        bool receives = json.TryGetProperty("role", out JsonElement role)
            && ConsentJson.Concept(role, $"{path}.role").Any(c => c.System == Participation && c.Code is "IRCP" or "PRCP");
        EntityUid? grantee = ConsentJson.Reference(json, "reference", path) is { } reference ? names.Grantee(reference) : null;
        if (receives && grantee?.Type is "Clinician" or "Researcher" or "Patient")
        {
            return Bounds.Exactly($"principal == {grantee}");
        }

        if (receives && grantee?.Type is "Organization" or "Role")
        {
            return Bounds.Exactly($"principal in {grantee}");
        }

        return Inexpressible(path, receives ? "nobody is known by this reference" : "only recipients (IRCP, PRCP) can be named");
    }

    private Bounds Label(JsonElement json, string path)
    {
        (string system, string code) = ConsentJson.Coding(json, path);
        int level = Levels.IndexOf(code);
        if (system == Confidentiality && level >= 0)
        {
            return new Bounds(HasLabel(code), Bounds.Any([.. Levels.Skip(level).Select(c => Bounds.Exactly(HasLabel(c)))]).Wide);
        }

        return system == Codes && code.Length > 0 ? Bounds.Exactly(HasLabel(code))
            : Inexpressible(path, "labels of this system are not on records");
    }

    private static string HasLabel(string code) => $"resource.labels.contains({new StringValue(code)})";

    private Bounds Category(IReadOnlyList<(string System, string Code)> concept, string path)
    {
        EntityUid? category = concept.Select(c => names.Category(c.System, c.Code)).FirstOrDefault(uid => uid is { Type: "Category" });
        return category is null ? Inexpressible(path, "no category of records is known for it")
            : Bounds.Exactly($"resource in {category}");
    }

    private Bounds Data(JsonElement json, string path)
    {
        ConsentJson.RequireKnown(json, path, DataParts);
        string reference = ConsentJson.Reference(json, "reference", path) ?? "";
        switch (ConsentJson.Text(json, "meaning", path))
        {
            case "instance" when names.Record(reference) is { Type: "Record" } record:
                return Bounds.Exactly($"resource == {record}");
            case "related" when names.Encounter(reference) is { Type: "Encounter" } encounter:
                Bounds itself = names.Record(reference) is { Type: "Record" } holder
                    ? Bounds.Exactly($"resource == {holder}")
                    : Bounds.Exactly(Bounds.Never);
                return Bounds.Any([itself, Fact("encounter", encounter)]);
            case "authoredby" when names.Grantee(reference) is { Type: "Clinician" } author:
                return Fact("author", author);
            default:
                return Inexpressible(path, "only known records, encounters and authors that are clinicians can be named");
        }
    }

    /// <summary>A fact that a record may lack. A deny covers records that lack it.</summary>
    private static Bounds Fact(string name, EntityUid value) => new(
        $"resource has {name} && resource.{name} == {value}", $"(if resource has {name} then resource.{name} == {value} else true)");

    private Bounds Inexpressible(string path, string message)
    {
        Limit(path, message);
        return Bounds.Unknown;
    }
}
