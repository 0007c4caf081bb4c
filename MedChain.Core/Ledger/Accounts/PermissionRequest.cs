using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Explaining;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>Turns a question about one patient into Cedar's request and entities.</summary>
internal sealed class PermissionRequest
{
    private const long DayMilliseconds = 24 * 60 * 60 * 1_000;
    private readonly PermissionQuestion _question;
    private readonly EntityUid _principal;
    private readonly EntityUid _action;
    private readonly List<KeyValuePair<string, CedarValue>> _context;
    private readonly EntityStore _entities;
    private readonly AccountId _patient;

    public PermissionRequest(
        PermissionQuestion question,
        string institution,
        long blockTime,
        AccountId patient,
        IEnumerable<AskedRecord> records)
    {
        string operation = question.Operation.Length > 0 ? question.Operation : question.Action;
        _question = question;
        _patient = patient;
        _principal = AccountEntity.Of(question.Kind, question.Principal);
        _action = new EntityUid("Action", question.Action);
        _context =
        [
            new("now", new DateTimeValue(blockTime)),
            new("weekTime", new DurationValue(WeekTime(blockTime))),
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
    public bool IsDeclared =>
        MedicalSchema.Default.ProblemOf(Ask(default, GrantFacts.Of(uses: 0, _patient))) is null;

    /// <param name="vm">What decides.</param>
    /// <param name="grant">What the grant says.</param>
    /// <param name="record">The record.</param>
    /// <param name="uses">How often the grant was used.</param>
    /// <param name="depth">Through how many hands what it permits comes to the asker.</param>
    public Decision Decide(ContractVm vm, GrantPolicies grant, Digest record, long uses, int depth = 0) =>
        vm.Decide(grant.Policies, Ask(record, GrantFacts.Of(uses, _patient, grant.Parameters, depth)), _entities);

    /// <summary>Explains what a grant says about a record, as if it were asked without anybody between.</summary>
    public DecisionExplanation Explain(ContractVm vm, GrantPolicies grant, Digest record, long uses) =>
        vm.Explain(grant.Policies, Ask(record, GrantFacts.Of(uses, _patient, grant.Parameters)), _entities);

    private AuthorizationRequest Ask(Digest record, RecordValue grant) =>
        new(_principal, _action, RecordUid(record), new RecordValue([.. _context, new("grant", grant)]));

    /// <summary>Milliseconds since Monday, 00:00 UTC; 1970 began on a Thursday.</summary>
    private static long WeekTime(long blockTime) => (blockTime + (3 * DayMilliseconds)) % (7 * DayMilliseconds);

    /// <summary>Whether a text may name an action, purpose, operation or category.</summary>
    public static bool IsName(string text) => EntityUid.TryCreate("Purpose", text, out _) && text.Length > 0;

    private static EntityUid RecordUid(Digest record) => new("Record", record.ToString());

    private EntityStore Entities(string institution, AccountId patient, IEnumerable<AskedRecord> records)
    {
        var builder = new EntityStoreBuilder(MedicalSchema.Terms);
        AccountEntity.Add(builder, _principal, _question.Kind, _question.Roles, institution, _question.OpenReviews);
        foreach (AskedRecord record in records)
        {
            builder.Add(
                RecordUid(record.Record), RecordFacts.Of(record, patient), [new EntityUid("Category", record.Description.Category)]);
        }

        return builder.Build();
    }
}
