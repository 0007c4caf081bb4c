using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>Turns a question about one patient into Cedar's request and entities.</summary>
internal sealed class PermissionRequest
{
    private readonly PermissionQuestion _question;
    private readonly EntityUid _principal;
    private readonly EntityUid _action;
    private readonly List<KeyValuePair<string, CedarValue>> _context;
    private readonly EntityStore _entities;

    public PermissionRequest(
        PermissionQuestion question,
        string institution,
        long blockTime,
        AccountId patient,
        IEnumerable<KeyValuePair<Digest, RecordManifest>> records)
    {
        string operation = question.Operation.Length > 0 ? question.Operation : question.Action;
        _question = question;
        _principal = AccountEntity.Of(question.Kind, question.Principal);
        _action = new EntityUid("Action", question.Action);
        _context =
        [
            new("now", new DateTimeValue(blockTime)),
            new("purpose", new EntityValue(new EntityUid("Purpose", question.Purpose))),
            new("operation", new EntityValue(new EntityUid("Operation", operation))),
            new("cohort", new LongValue(question.Cohort)),
        ];
        if (question.Justification.Length > 0)
        {
            _context.Add(new("justification", new StringValue(question.Justification)));
        }

        _entities = Entities(institution, patient, records);
    }

    /// <summary>The name by which policies know a patient.</summary>
    public static EntityUid PatientUid(AccountId patient) => new("Patient", patient.ToString());

    /// <summary>Whether the schema has such a question: the action, and this kind of account for it. Policies are validated for these
    /// alone, so others are not asked.</summary>
    public bool IsDeclared => MedicalSchema.Default.ProblemOf(Ask(default, new GrantEntry(default, 0, Revoked: false))) is null;

    public Decision Decide(ContractVm vm, PolicySet policies, Digest record, GrantEntry grant) =>
        vm.Decide(policies, Ask(record, grant), _entities);

    private AuthorizationRequest Ask(Digest record, GrantEntry grant)
    {
        var grantFacts = new RecordValue(
        [
            new("uses", new LongValue(grant.Uses)),
            new("revoked", BooleanValue.Of(grant.Revoked)),
            new("depth", new LongValue(0)),
        ]);
        return new AuthorizationRequest(
            _principal, _action, RecordUid(record), new RecordValue([.. _context, new("grant", grantFacts)]));
    }

    /// <summary>Whether a text may name an action, purpose, operation or category.</summary>
    public static bool IsName(string text) => EntityUid.TryCreate("Purpose", text, out _) && text.Length > 0;

    private static EntityUid RecordUid(Digest record) => new("Record", record.ToString());

    private EntityStore Entities(string institution, AccountId patient, IEnumerable<KeyValuePair<Digest, RecordManifest>> records)
    {
        var builder = new EntityStoreBuilder(MedicalSchema.Terms);
        AccountEntity.Add(builder, _principal, _question.Kind, _question.Roles, institution);
        foreach ((Digest record, RecordManifest manifest) in records)
        {
            var facts = new RecordValue(
            [
                new("patient", new EntityValue(PatientUid(patient))),
                new("labels", new SetValue(manifest.Labels.Select(label => new StringValue(label)))),
                new("collected", new DateTimeValue(manifest.Collected)),
            ]);
            builder.Add(RecordUid(record), facts, [new EntityUid("Category", manifest.Category)]);
        }

        return builder.Build();
    }
}
