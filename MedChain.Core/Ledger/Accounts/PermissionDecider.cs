using System.Collections.Immutable;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.Grants;
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
            .Concat(PoliciesOf(state, patient))
            .Concat(RevocationRules.Bans(state, patient).Select(b => b.Document));

    /// <summary>The attachments that say what a patient's grants are.</summary>
    public static IEnumerable<Digest> PoliciesOf(LedgerState state, AccountId patient) =>
        state.Scan<GrantEntry>(StateKey.GrantsOf(patient)).SelectMany(g => g.Value.Policies);

    /// <summary>What a grant says; <see langword="null"/> when its attachment cannot be read.</summary>
    public GrantPolicies? TryRead(LedgerContext context, Digest policy) => _grants.TryGet(context, policy, out _);

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

        (DecisionBasis basis, List<AskedRecord> asked) = Collect(state, context, patient, question);
        return Decide(basis, asked, context, patient, question);
    }

    /// <summary>Decides by what was known at another time.</summary>
    /// <param name="basis">What was known.</param>
    /// <param name="asked">The records of the basis, with what policies see of them.</param>
    /// <param name="context">Where its attachments are.</param>
    /// <param name="patient">Whose records.</param>
    /// <param name="question">What was asked.</param>
    public PatientDecision Decide(
        DecisionBasis basis,
        IReadOnlyList<AskedRecord> asked,
        LedgerContext context,
        AccountId patient,
        PermissionQuestion question)
    {
        if (basis.Records.IsEmpty)
        {
            return PatientDecision.Denied(DecisionOutcome.NoSuchRecord) with { Basis = basis };
        }

        DecisionOutcome? whole = question.Principal == patient && question.Kind == AccountKind.Patient ? DecisionOutcome.OwnRecord
            : question.ActsForPatient ? DecisionOutcome.Guardian
            : null;
        return whole is { } outcome
            ? new PatientDecision(outcome, [], [.. basis.Records.Select(r => r.ToPermitted())]) { Basis = basis }
            : Evaluate(basis, asked, context, patient, question).Decide();
    }

    /// <summary>Asks the grants of a basis.</summary>
    public GrantEvaluation Evaluate(
        DecisionBasis basis,
        IReadOnlyList<AskedRecord> asked,
        LedgerContext context,
        AccountId patient,
        PermissionQuestion question) => new(
            _vm,
            _institution,
            basis,
            question,
            [.. basis.Grants.Select(g => _grants.TryGet(context, g.Entry.Policy, out _))],
            [.. basis.Bans.Select(b => context.TryReadAttachment(b.Document, out RevocationDocument? ban) is null ? ban : null)],
            put => new PermissionRequest(put, _institution, basis.Time, patient, asked));

    /// <summary>What a decision in this block follows from.</summary>
    public static (DecisionBasis Basis, List<AskedRecord> Asked) Collect(
        LedgerState state, LedgerContext context, AccountId patient, PermissionQuestion question)
    {
        List<AskedRecord> asked = Asked(state, context, patient, question);
        ImmutableArray<ConsideredGrant> grants =
        [
            .. state.Scan<GrantEntry>(StateKey.GrantsOf(patient))
                .Select(g => (Id: StateKey.SecondPart(g.Key), Entry: g.Value.At(context.Height)))
                .Select(g => new ConsideredGrant(
                    g.Id, g.Entry, ConsentRules.Pause(state, patient, g.Id, question.Action, context.Time))),
        ];
        var parties = new List<DecisionParty>
        {
            new(question.Principal, question.Kind, question.Roles, question.OpenReviews, question.ActsForPatient),
        };
        foreach (AccountId author in grants.Where(g => !g.Entry.Parent.IsZero).Select(g => g.Entry.Author).Distinct())
        {
            if (author != question.Principal && DecisionParty.TryRead(state, author, context.Time) is { } party)
            {
                parties.Add(party);
            }
        }

        var basis = new DecisionBasis(
            context.Height,
            context.Time,
            [.. parties],
            [.. asked.Select(r => new ConsideredRecord(r.Record, r.Entry))],
            grants,
            [.. RevocationRules.Bans(state, patient)]);
        return (basis, asked);
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

    private static void ChangeUses(LedgerState state, AccountId patient, Digest grant, int change)
    {
        StateKey key = StateKey.Grant(patient, grant);
        // A grant is gone when its account was erased since it was decided upon.
        if (state.Get<GrantEntry>(key) is { } entry)
        {
            state.Put(key, entry with { Uses = entry.Uses + change });
        }
    }
}
