using System.Collections.Immutable;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>Decides what a patient's grants say. Each grant is a policy set of its own, with its own counter; any forbid of any grant wins,
/// and one that cannot be evaluated counts as a forbid.</summary>
internal sealed class PermissionDecider
{
    private readonly string _institution;
    private readonly ContractVm _vm;
    private readonly PolicyCache _grants = new();

    /// <param name="institution">The chain's name, which policies know as the organization of its practitioners.</param>
    /// <param name="options">How decisions are made.</param>
    public PermissionDecider(string institution, ContractVmOptions options)
    {
        _institution = institution;
        _vm = new ContractVm(options);
    }

    /// <summary>The attachments that a decision about a patient reads.</summary>
    public static IEnumerable<Digest> AttachmentsOf(LedgerState state, AccountId patient) =>
        LiveRecords(state, patient).Select(r => r.Value.Manifest)
            .Concat(state.Scan<GrantEntry>(StateKey.GrantsOf(patient)).Select(g => g.Value.Policy));

    /// <summary>What is wrong with what a patient wants to permit; <see langword="null"/> for nothing.</summary>
    public string? PolicyProblem(LedgerContext context, Digest policy, AccountId patient)
    {
        if (_grants.TryGet(context, policy, out string? problem) is not { } grant)
        {
            return problem;
        }

        ImmutableArray<PolicyError> errors = MedicalProfile.Check(grant.Policies, PermissionRequest.PatientUid(patient));
        return errors.IsEmpty
            ? GrantFacts.ProblemOf(grant.Parameters, patient)
            : $"The policy is wrong at line {errors[0].Line}, column {errors[0].Column}: {errors[0].Message}";
    }

    public PatientDecision Decide(LedgerState state, LedgerContext context, AccountId patient, PermissionQuestion question)
    {
        if (StandingRules.ProblemOf(state, patient, context.Time) is not null)
        {
            return PatientDecision.Denied(DecisionOutcome.Suspended);
        }

        List<AskedRecord> asked = Asked(state, context, patient, question);
        List<PermittedRecord> records = [.. asked.Select(r => r.ToPermitted())];
        if (records.Count == 0)
        {
            return PatientDecision.Denied(DecisionOutcome.NoSuchRecord);
        }

        if (question.Principal == patient && question.Kind == AccountKind.Patient)
        {
            return new PatientDecision(DecisionOutcome.OwnRecord, default, Consumes: false, [.. records]);
        }

        if (question.ActsForPatient)
        {
            return new PatientDecision(DecisionOutcome.Guardian, default, Consumes: false, [.. records]);
        }

        var request = new PermissionRequest(question, _institution, context.Time, patient, asked);
        if (!request.IsDeclared)
        {
            return PatientDecision.Denied(DecisionOutcome.NotPermitted);
        }

        return Combine(Verdicts(state, context, patient, question.Action, request, records), records);
    }

    public static void Consume(LedgerState state, AccountId patient, Digest grant) => ChangeUses(state, patient, grant, 1);

    public static void GiveBack(LedgerState state, AccountId patient, Digest grant) => ChangeUses(state, patient, grant, -1);

    /// <summary>A salt for the patient's row about a task, from the secret salts of her own attachments: the same on every validator and
    /// unknown to everybody else. <see langword="null"/> for a patient without records.</summary>
    public static Digest? RowSalt(LedgerState state, LedgerContext context, AccountId patient, Digest task, Digest header)
    {
        var parts = new List<Digest> { patient.Value, task, header };
        foreach (KeyValuePair<ReadOnlyMemory<byte>, RecordEntry> record in LiveRecords(state, patient))
        {
            parts.Add(context.SaltOf(record.Value.Manifest));
        }

        return parts.Count == 3 ? null : Canonical.Hash("medchain/row-salt/v1", new DigestList([.. parts]));
    }

    /// <summary>The records that can be asked for: those whose key enough custodians keep, and that nobody has ordered to erase.</summary>
    private static IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, RecordEntry>> LiveRecords(LedgerState state, AccountId patient) =>
        state.Scan<RecordEntry>(StateKey.RecordsOf(patient)).Where(r => r.Value.Status == RecordStatus.Live);

    private static List<AskedRecord> Asked(
        LedgerState state, LedgerContext context, AccountId patient, PermissionQuestion question)
    {
        var asked = new List<AskedRecord>();
        foreach ((ReadOnlyMemory<byte> key, RecordEntry entry) in LiveRecords(state, patient))
        {
            // A record whose manifest cannot be read is in no category.
            Digest record = StateKey.SecondPart(key);
            if (question.IsAbout(record, entry)
                && context.TryReadAttachment(entry.Manifest, out RecordManifest? manifest) is null
                && (!question.Record.IsZero || manifest!.Description.Category == question.Category))
            {
                asked.Add(new AskedRecord(record, entry, manifest!.Description));
            }
        }

        return asked;
    }

    private List<GrantVerdict> Verdicts(
        LedgerState state,
        LedgerContext context,
        AccountId patient,
        string action,
        PermissionRequest request,
        List<PermittedRecord> records)
    {
        var verdicts = new List<GrantVerdict>();
        foreach ((ReadOnlyMemory<byte> key, GrantEntry grant) in state.Scan<GrantEntry>(StateKey.GrantsOf(patient)))
        {
            if (_grants.TryGet(context, grant.Policy, out _) is { } said)
            {
                // A revoked grant is asked what it would have said, so that the patient and the asker see why it is no longer said.
                GrantEntry asked = grant with { Revoked = false };
                Decision[] decisions = [.. records.Select(r => request.Decide(_vm, said, r.Record, asked))];
                Digest name = StateKey.SecondPart(key);
                DecisionOutcome? pause = ConsentRules.Pause(state, patient, name, action, context.Time);
                verdicts.Add(new GrantVerdict(name, grant.Revoked, pause, said.Policies, decisions));
            }
        }

        return verdicts;
    }

    private static PatientDecision Combine(List<GrantVerdict> verdicts, List<PermittedRecord> records)
    {
        bool[] forbidden = [.. records.Select((_, i) => verdicts.Exists(v => !v.Revoked && v.Forbids(i)))];
        bool[] faulty = [.. records.Select((_, i) => verdicts.Exists(v => !v.Revoked && v.HasFaultyForbid(i)))];
        bool Open(int record) => !forbidden[record] && !faulty[record];

        // A grant without a counter is used before one with a counter: it costs the patient nothing.
        foreach (GrantVerdict verdict in verdicts.Where(v => v is { Revoked: false, Pause: null }).OrderBy(v => v.Consumes))
        {
            ImmutableArray<PermittedRecord> permitted = [.. records.Where((_, i) => Open(i) && verdict.Decisions[i].Allowed)];
            if (!permitted.IsEmpty)
            {
                return new PatientDecision(DecisionOutcome.Permitted, verdict.Grant, verdict.Consumes, permitted);
            }
        }

        return PatientDecision.Denied(
            forbidden.Contains(true) ? DecisionOutcome.Forbidden
            : faulty.Contains(true) ? DecisionOutcome.FaultyForbid
            : verdicts.Find(v => !v.Revoked && v.Pause is not null && v.Decisions.Any(d => d.Allowed)) is { } paused ? paused.Pause!.Value
            : verdicts.Exists(v => v.Revoked && v.Decisions.Any(d => d.Allowed)) ? DecisionOutcome.Revoked
            : DecisionOutcome.NotPermitted);
    }

    private static void ChangeUses(LedgerState state, AccountId patient, Digest grant, int change)
    {
        StateKey key = StateKey.Grant(patient, grant);
        // A grant is gone when its account was erased since it was decided upon.
        if (state.Get<GrantEntry>(key) is { } entry)
        {
            state.Put(key, entry with { Uses = entry.Uses + change });
        }
    }

    /// <summary>What one grant says about each record.</summary>
    private sealed class GrantVerdict(Digest grant, bool revoked, DecisionOutcome? pause, PolicySet policies, Decision[] decisions)
    {
        public Digest Grant => grant;

        public bool Revoked => revoked;

        /// <summary>Why its permits do not count although it is not revoked. Its forbids do.</summary>
        public DecisionOutcome? Pause => pause;

        public Decision[] Decisions => decisions;

        /// <summary>Whether a policy that permits counts its uses.</summary>
        public bool Consumes => Array.Exists(
            decisions, d => d.Allowed && d.Reasons.Any(id => Find(id)?.Annotations.ContainsKey("consume") == true));

        /// <summary>Whether a forbid of this grant applies: Cedar then names the forbids as its reasons.</summary>
        public bool Forbids(int record) =>
            !decisions[record].Allowed && decisions[record].Reasons.Any(id => Find(id)?.Effect == PolicyEffect.Forbid);

        public bool HasFaultyForbid(int record) => decisions[record].Errors.Any(e => e.Effect == PolicyEffect.Forbid);

        private Policy? Find(string id) => policies.Policies.FirstOrDefault(p => p.Id == id);
    }
}
