using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.BreakGlass;

/// <summary>Breaking the glass: what a policy permits in an emergency is open at once and for a while, and is reviewed afterwards. One
/// access that nobody has reviewed blocks the next of the same actor, and suspends her when its review is overdue.</summary>
internal static class EmergencyRules
{
    /// <summary>The Cedar action.</summary>
    public const string Action = "breakGlass";

    /// <summary>The role of an account that may review, besides the patient.</summary>
    public const string ReviewerRole = "privacy-officer";

    /// <summary>Milliseconds of block time within which an access is to be reviewed: 72 hours, as the template <c>break-glass-only</c>
    /// promises patients.</summary>
    public const long ReviewWindow = 72L * 3_600 * 1_000;

    /// <summary>What is wrong with the details of an access; <see langword="null"/> for nothing.</summary>
    /// <param name="details">The details.</param>
    /// <param name="emergency">The command, or <see langword="null"/> for an access that is none.</param>
    public static string? ProblemOf(AccessDetails details, RequestEmergencyAccess? emergency)
    {
        if (emergency is null)
        {
            return details.Action == Action ? $"An access with the action {Action} is asked for as an emergency, with an expiry." : null;
        }

        if (details.Action != Action)
        {
            return $"An emergency access has the action {Action}, not '{details.Action}'.";
        }

        if (string.IsNullOrWhiteSpace(details.Justification))
        {
            return "An emergency access says why: give a justification.";
        }

        return IsEmergency(details.Purpose)
            ? null
            : $"The purpose {details.Purpose} is no emergency; give ETREAT or one below it, such as BTG.";
    }

    /// <summary>How many accesses of an account wait for review.</summary>
    public static long OpenReviews(LedgerState state, AccountId account) =>
        PersonEntry.Of(state, account).Standing.Unreviewed.IsZero ? 0 : 1;

    /// <summary>Why the asker is refused whatever the patient permits; <see langword="null"/> when her permissions decide.</summary>
    public static PatientDecision? Refusal(LedgerState state, AccountId sender, RequestEmergencyAccess? emergency, long time)
    {
        AccountStanding standing = PersonEntry.Of(state, sender).Standing;
        return StandingRules.ProblemOf(sender, standing, time) is not null ? PatientDecision.Denied(DecisionOutcome.Suspended)
            : emergency is not null && !standing.Unreviewed.IsZero ? PatientDecision.Denied(DecisionOutcome.ReviewPending)
            : null;
    }

    /// <summary>Notes a permitted access, which now waits for review.</summary>
    public static void Open(LedgerState state, AccountId sender, RequestEmergencyAccess command, LedgerContext context)
    {
        long reviewBy = context.Time + ReviewWindow;
        state.Put(StateKey.Emergency(command.Request), new EmergencyEntry(
            sender,
            command.Patient,
            command.Details,
            context.Time,
            context.Time + command.Window,
            reviewBy,
            EmergencyStatus.Unreviewed,
            Reviewer: default,
            Finding: default));
        StandingRules.Put(
            state, sender, PersonEntry.Of(state, sender).Standing with { Unreviewed = command.Request, ReviewBy = reviewBy });
        context.Emit(LedgerEventKind.GlassBroken, command.Patient, command.Request);
    }

    public static string? Review(LedgerState state, AccountId sender, ReviewEmergency command, LedgerContext context)
    {
        StateKey key = StateKey.Emergency(command.Request);
        if (state.Get<EmergencyEntry>(key) is not { Status: EmergencyStatus.Unreviewed } entry)
        {
            return $"No emergency access {command.Request} waits for review.";
        }

        if (sender == entry.Actor || (sender != entry.Patient && !IsReviewer(state, sender)))
        {
            return $"An emergency access is reviewed by the patient, or by another than the actor who has the role \"{ReviewerRole}\".";
        }

        state.Put(key, entry with
        {
            Status = command.Justified ? EmergencyStatus.Justified : EmergencyStatus.NotJustified,
            Reviewer = sender,
            Finding = command.Finding,
        });
        AccountStanding standing = PersonEntry.Of(state, entry.Actor).Standing with { Unreviewed = default, ReviewBy = 0 };

        // Who is suspended already stays so, for the reason known.
        bool suspends = !command.Justified && standing.Cause == SuspensionCause.None;
        StandingRules.Put(state, entry.Actor, suspends
            ? standing with { Cause = SuspensionCause.NotJustified, Reason = command.Finding }
            : standing);
        context.Emit(LedgerEventKind.EmergencyReviewed, entry.Patient, command.Request);
        if (suspends)
        {
            context.Emit(LedgerEventKind.AccountSuspended, entry.Actor, command.Finding);
        }

        return null;
    }

    /// <summary>Why custodians release nothing for a request that was an emergency access; <see langword="null"/> when they may.</summary>
    /// <param name="state">The state as it is.</param>
    /// <param name="request">The request.</param>
    /// <param name="time">Block time; 0 when it is not known, and then nothing is released.</param>
    public static string? ReleaseProblem(LedgerState state, Digest request, long time)
    {
        if (state.Get<EmergencyEntry>(StateKey.Emergency(request)) is not { } entry)
        {
            return null;
        }

        if (time == 0)
        {
            return $"Emergency access {request} has an expiry, and this validator has executed no block since it started: ask again later.";
        }

        return time >= entry.Expires ? $"Emergency access {request} has expired."
            : entry.Status == EmergencyStatus.NotJustified ? $"Emergency access {request} was found not justified."
            : null;
    }

    private static bool IsReviewer(LedgerState state, AccountId account) =>
        state.Get<AccountEntry>(StateKey.Account(account))?.Roles.Contains(ReviewerRole) == true;

    private static bool IsEmergency(string purpose) =>
        MedicalSchema.Terms.IsIn(new EntityUid("Purpose", purpose), new EntityUid("Purpose", "ETREAT"));
}
