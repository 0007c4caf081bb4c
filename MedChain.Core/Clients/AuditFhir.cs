using System.Collections.Immutable;
using System.Globalization;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Fhir;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>Writes a verified audit trail as FHIR R4 resources: an AuditEvent for each proved entry, and a Provenance where something
/// happened to a record. The table of codes is in docs/fhir.md.</summary>
public static class AuditFhir
{
    /// <summary>Namespace of accounts' identifiers, before the chain's identifier.</summary>
    public const string AccountSystem = "urn:medchain:account:";

    private const string ObjectSystem = "urn:medchain:";

    /// <summary>Writes the entries that are proved.</summary>
    /// <param name="verdict">What <see cref="AuditFile.Verify"/> found.</param>
    /// <returns>A Bundle of type collection, in UTF-8. What was not proved is not in it.</returns>
    /// <exception cref="ArgumentException">The verdict has a problem: nothing in the file counts.</exception>
    public static byte[] Write(AuditVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        if (verdict.Problem is { } problem)
        {
            throw new ArgumentException($"Nothing in the audit file counts: {problem}", nameof(verdict));
        }

        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return AuditBundleWriter.Write(verdict.Entries.Where(e => e.Problem is null).Select(e => Map(verdict, e, seen)));
    }

    private static FhirAuditEntry Map(AuditVerdict verdict, AuditVerdictEntry entry, Dictionary<string, int> seen)
    {
        AuditFhirCodes codes = AuditFhirCodes.Of(entry.Kind);
        string place = string.Create(
            CultureInfo.InvariantCulture, $"{verdict.Genesis!.Chain}/{entry.Height}/{entry.Kind}/{entry.Reference}/{verdict.Patient}");
        int repeated = seen[place] = seen.GetValueOrDefault(place) + 1;
        AuditFacts facts = entry.Facts;
        return new FhirAuditEntry
        {
            Id = IdOf(string.Create(CultureInfo.InvariantCulture, $"{place}/{repeated}")),
            Recorded = entry.Time,
            Type = codes.Type,
            Subtype = codes.Subtype,
            Action = codes.Action,
            Outcome = OutcomeOf(entry, codes),
            Description = entry.Gap is { } gap ? $"{entry.Detail}. Not shown: {gap}" : entry.Detail,
            Purpose = IsReason(facts.Purpose) ? FhirCode.Reason(facts.Purpose) : null,
            Agents = AgentsOf(verdict, entry),
            Source = new FhirIdentity(ObjectSystem + "chain", verdict.Genesis.Chain.ToString(), "Organization", verdict.Genesis.Name),
            Entities = EntitiesOf(verdict, entry, codes),
            Activity = codes.Activity,
        };
    }

    /// <summary>A UUID that follows from the entry, so that a second export gives the same; version 8, of one's own making. The last digit
    /// is left to the resource.</summary>
    private static string IdOf(string place)
    {
        string hash = Digest.Of(System.Text.Encoding.UTF8.GetBytes(place)).ToString();
        return $"{hash[..8]}-{hash[8..12]}-8{hash[13..16]}-8{hash[17..20]}-{hash[20..31]}0";
    }

    private static string OutcomeOf(AuditVerdictEntry entry, AuditFhirCodes codes) => entry.Facts.Outcome is { } outcome
        ? outcome.Releases() ? "0" : "4"
        : entry.Facts.Reading is ReadingOutcome.Partial or ReadingOutcome.Nothing ? "8" : codes.Outcome;

    private static ImmutableArray<FhirAgent> AgentsOf(AuditVerdict verdict, AuditVerdictEntry entry)
    {
        AccountId human = entry.Facts.Human ?? entry.Actor;
        ImmutableArray<FhirAgent>.Builder agents = ImmutableArray.CreateBuilder<FhirAgent>();
        agents.Add(new FhirAgent(FhirCode.Participation("IRCP", "information recipient"), Account(verdict, human), IsRequestor: true));
        if (entry.Actor != human)
        {
            agents.Add(new FhirAgent(FhirCode.Participation("TRANS", "Transcriber"), Account(verdict, entry.Actor), IsRequestor: false));
        }

        if (entry.Facts.Software is { } software)
        {
            var who = new FhirIdentity(ObjectSystem + "software", software.ToString(), "Device", software.ToString());
            agents.Add(new FhirAgent(FhirCode.Dicom("110150", "Application"), who, IsRequestor: false));
        }

        agents.AddRange(entry.Facts.Custodians.Select(custodian => new FhirAgent(
            FhirCode.Participation("CST", "custodian"),
            new FhirIdentity(ObjectSystem + "operator", custodian.ToString(), "Organization"),
            IsRequestor: false)));
        return agents.ToImmutable();
    }

    private static ImmutableArray<FhirEntity> EntitiesOf(AuditVerdict verdict, AuditVerdictEntry entry, AuditFhirCodes codes)
    {
        FhirCode thing = FhirCode.EntityType("2", "System Object");
        ImmutableArray<FhirEntity>.Builder entities = ImmutableArray.CreateBuilder<FhirEntity>();
        entities.Add(new FhirEntity(
            Account(verdict, verdict.Patient), FhirCode.EntityType("1", "Person"), FhirCode.ObjectRole("1", "Patient"), []));
        foreach (Digest record in entry.Facts.Records)
        {
            entities.Add(new FhirEntity(
                new FhirIdentity(ObjectSystem + "record", record.ToString()), thing, FhirCode.ObjectRole("4", "Domain Resource"), []));
        }

        // Last, because a Provenance is about it.
        FhirIdentity what = entry.Reference.IsZero
            ? Account(verdict, verdict.Patient)
            : new FhirIdentity(ObjectSystem + codes.Reference, entry.Reference.ToString());
        entities.Add(new FhirEntity(what, thing, codes.ReferenceRole, DetailsOf(entry)));
        return entities.ToImmutable();
    }

    private static ImmutableArray<(string Name, string Text)> DetailsOf(AuditVerdictEntry entry)
    {
        AuditFacts facts = entry.Facts;
        (string, string)[] details =
        [
            ("kind", entry.Kind.ToString()),
            ("block", entry.Height.ToString()),
            ("decision", facts.Outcome?.ToString() ?? ""),
            ("reading", facts.Reading?.ToString() ?? ""),
            ("action", facts.Action),
            ("category", facts.Category),
            ("purpose", IsReason(facts.Purpose) ? "" : facts.Purpose),
            ("justification", facts.Justification),
        ];
        return [.. details.Where(d => d.Item2.Length > 0)];
    }

    /// <summary>Whether a purpose is HL7's; what else people ask for stays a text.</summary>
    private static bool IsReason(string purpose) => MedicalVocabulary.Purposes.Any(p => p.Code == purpose);

    private static FhirIdentity Account(AuditVerdict verdict, AccountId account) => new(
        AccountSystem + verdict.Genesis!.Chain, account.ToString(), account == verdict.Patient ? "Patient" : "");
}
