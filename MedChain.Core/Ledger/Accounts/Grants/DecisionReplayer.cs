using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Explaining;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Grants;

/// <summary>Makes an old decision again, from what it followed from.</summary>
internal sealed class DecisionReplayer
{
    private readonly GrantEvaluation _evaluation;
    private readonly DecisionBasis _basis;

    private DecisionReplayer(GrantEvaluation evaluation, DecisionBasis basis, PatientDecision decision)
    {
        _evaluation = evaluation;
        _basis = basis;
        Decision = decision;
    }

    /// <summary>What is decided again.</summary>
    public PatientDecision Decision { get; }

    /// <summary>Decides again.</summary>
    /// <param name="institution">The chain's name.</param>
    /// <param name="patient">Whose records.</param>
    /// <param name="details">What was asked.</param>
    /// <param name="basis">What the decision followed from.</param>
    /// <param name="attachments">The bytes of the attachments that the basis names.</param>
    /// <param name="problem">What cannot be read, or <see langword="null"/>.</param>
    /// <returns>The replay; <see langword="null"/> when something cannot be read.</returns>
    public static DecisionReplayer? TryReplay(
        string institution,
        AccountId patient,
        AccessDetails details,
        DecisionBasis basis,
        Func<Digest, ReadOnlyMemory<byte>> attachments,
        out string? problem)
    {
        var context = new LedgerContext(basis.Height, basis.Time, epoch: 0, attachments);
        var asked = new List<AskedRecord>();
        foreach (ConsideredRecord record in basis.Records)
        {
            problem = context.TryReadAttachment(record.Entry.Manifest, out RecordManifest? manifest);
            if (problem is not null)
            {
                return null;
            }

            asked.Add(new AskedRecord(record.Record, record.Entry, manifest!.Description));
        }

        // Execution reads an erased policy as one that says nothing; here it must not pass for what it said.
        foreach (Digest needed in basis.Grants.Select(g => g.Entry.Policy).Concat(basis.Bans.Select(b => b.Document)))
        {
            if (attachments(needed).IsEmpty)
            {
                problem = $"Attachment {needed} is not there any more.";
                return null;
            }
        }

        problem = null;
        DecisionParty asker = basis.Parties[0];
        var question = new PermissionQuestion(
            asker.Account,
            asker.Kind,
            asker.Roles,
            details.Action,
            details.Purpose,
            details.Category,
            details.Justification,
            OpenReviews: asker.OpenReviews)
        {
            Record = details.Record,
            ActsForPatient = asker.ActsForPatient,
        };
        var decider = new PermissionDecider(institution, ContractVmOptions.Default);
        return new DecisionReplayer(
            decider.Evaluate(basis, asked, context, patient, question),
            basis,
            decider.Decide(basis, asked, context, patient, question));
    }

    /// <summary>Whether the decision is what is committed.</summary>
    public bool Agrees(DecisionEntry committed) =>
        Decision.Outcome == committed.Outcome
        && Decision.Grants.SequenceEqual(committed.Grants)
        && Decision.Records.Select(r => r.Record).SequenceEqual(committed.Records);

    /// <summary>What each grant says to the asker about the first record, in the order of the basis; <see langword="null"/> for one that
    /// was not asked.</summary>
    public IEnumerable<(ConsideredGrant Grant, DecisionExplanation? Explanation)> Explain() =>
        _basis.Grants.Select((grant, place) => (grant, _evaluation.Explain(place)));
}
