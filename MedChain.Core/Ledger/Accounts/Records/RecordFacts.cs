using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Records;

/// <summary>What policies see of a record as <c>resource</c>.</summary>
internal static class RecordFacts
{
    public static RecordValue Of(AskedRecord record, AccountId patient)
    {
        RecordDescription description = record.Description;
        var facts = new List<KeyValuePair<string, CedarValue>>
        {
            new("patient", new EntityValue(PermissionRequest.PatientUid(patient))),
            new("labels", Texts(SensitivityLabels.WithAncestors(description.Labels))),
            new("codes", Texts(description.Codes)),
            new("collected", Moment(description.Collected)),
            new("starts", Moment(description.Starts)),
            new("ends", Moment(description.Ends)),
            new("version", new LongValue(record.Entry.Version)),
            new("superseded", BooleanValue.Of(!record.Entry.Next.IsZero)),
        };
        if (description.Author is { } author)
        {
            facts.Add(new("author", new EntityValue(AccountEntity.Of(AccountKind.Practitioner, author))));
        }

        if (description.Encounter is { } encounter)
        {
            facts.Add(new("encounter", new EntityValue(new EntityUid("Encounter", encounter))));
        }

        return new RecordValue(facts);
    }

    private static SetValue Texts(IEnumerable<string> texts) => new(texts.Select(text => new StringValue(text)));

    private static DateTimeValue Moment(DateTimeOffset? moment) => new(moment!.Value.ToUnixTimeMilliseconds());
}
