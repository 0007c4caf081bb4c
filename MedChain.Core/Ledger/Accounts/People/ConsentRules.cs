using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>When a grant is in force besides not being revoked: enough co-consenters have consented, and a former minor has confirmed what
/// opens her data to research. Forbids need neither, they apply at once.</summary>
internal static class ConsentRules
{
    /// <summary>Most grants of one patient for which something is noted.</summary>
    public const int MaxEntries = 2 * GrantRules.MaxGrants;

    /// <summary>By what name members consent to a change of co-consent: it binds them to this very change.</summary>
    public static Digest SubjectOf(AccountGroup proposed) => Canonical.Hash("medchain/co-consent/v1", proposed);

    /// <summary>Why the permits of a grant do not count; <see langword="null"/> when they do.</summary>
    /// <param name="state">The state.</param>
    /// <param name="patient">The patient.</param>
    /// <param name="grant">The grant.</param>
    /// <param name="action">What is asked for; empty when it is not known.</param>
    /// <param name="time">Block time; 0 when it is not known.</param>
    public static DecisionOutcome? Pause(LedgerState state, AccountId patient, Digest grant, string action, long time)
    {
        ConsentEntry? entry = state.Get<ConsentEntry>(StateKey.Consent(patient, grant));
        PersonEntry person = PersonEntry.Of(state, patient);
        bool isResearch = action == "compute";
        if (person.Life.IsDead
            && entry?.Origin != GrantOrigin.Executor
            && !(isResearch && person.Safeguards.AfterDeath.KeepsResearch))
        {
            return DecisionOutcome.Deceased;
        }

        return entry is not null
            && (!entry.IsGiven || (entry.Origin == GrantOrigin.Minor && isResearch && person.Life.CameOfAge(time)))
            ? DecisionOutcome.NotInForce
            : null;
    }

    /// <summary>Notes of a grant that was just set what it needs to be in force.</summary>
    public static string? Note(LedgerState state, AccountId patient, Digest grant, LedgerContext context)
    {
        PersonEntry person = PersonEntry.Of(state, patient);
        StateKey key = StateKey.Consent(patient, grant);
        ConsentEntry? known = state.Get<ConsentEntry>(key);
        GrantOrigin origin = person.Life.IsDead ? GrantOrigin.Executor
            : person.Life.IsMinor(context.Time) ? GrantOrigin.Minor
            : GrantOrigin.Adult;
        AccountGroup group = person.Life.IsDead ? AccountGroup.None : known?.Group ?? person.CoConsentAt(context.Time);
        if (group.IsNone && origin == GrantOrigin.Adult && known is null)
        {
            return null;
        }

        if (known is null && RoomProblem(state, patient) is { } full)
        {
            return full;
        }

        state.Put(key, new ConsentEntry(group, [], origin));
        return null;
    }

    /// <summary>Notes of a grant that got a new version what it needs to be in force; consents were to what it said before.</summary>
    public static string? NoteAgain(LedgerState state, AccountId patient, Digest grant, LedgerContext context) =>
        state.Get<GrantEntry>(StateKey.Grant(patient, grant)) is { Parent.IsZero: true } ? Note(state, patient, grant, context) : null;

    public static string? Require(LedgerState state, AccountId sender, RequireConsent command, LedgerContext context)
    {
        if ((AccountLedger.PatientProblem(state, sender) ?? command.Group.MemberProblem(state, sender)) is { } problem)
        {
            return problem;
        }

        return command.Grant.IsZero ? RequireForAll(state, sender, command.Group, context) : RequireForOne(state, sender, command, context);
    }

    public static string? Give(LedgerState state, AccountId sender, GiveConsent command, LedgerContext context)
    {
        StateKey key = StateKey.Consent(command.Patient, command.Subject);
        if (state.Get<ConsentEntry>(key) is not { } entry)
        {
            return $"Nothing of {command.Patient} with the name {command.Subject} waits for consent.";
        }

        PersonEntry person = PersonEntry.Of(state, command.Patient);
        bool isChange = person.Safeguards.Proposed is { } asked && SubjectOf(asked) == command.Subject;
        if (command.IsGiven && SeenProblem(state, command, isChange) is { } unseen)
        {
            return unseen;
        }

        if (sender == command.Patient)
        {
            return Confirm(state, key, entry, command, context);
        }

        if (!entry.Group.Members.Contains(sender) || entry.Given.Contains(sender) == command.IsGiven)
        {
            return $"The consent of {sender} to {command.Subject} is not asked for, or changes nothing.";
        }

        ConsentEntry next = entry with
        {
            Given = [.. entry.Group.Members.Where(m => m == sender ? command.IsGiven : entry.Given.Contains(m))],
        };
        state.Put(key, next);
        context.Emit(LedgerEventKind.ConsentChanged, command.Patient, command.Subject);
        if (isChange && next.IsGiven)
        {
            Replace(state, command.Patient, person, person.Safeguards.Proposed!, context);
        }

        return null;
    }

    /// <summary>A consent covers what the sender saw: neither a grant that is not set yet, nor one that says something else by
    /// now.</summary>
    private static string? SeenProblem(LedgerState state, GiveConsent command, bool isChange)
    {
        if (isChange)
        {
            return null;
        }

        return state.Get<GrantEntry>(StateKey.Grant(command.Patient, command.Subject)) is not { } grant
            ? $"Grant {command.Subject} is not set yet."
            : grant.Policies.Last() == command.Seen ? null
            : $"Grant {command.Subject} does not say any more what the sender saw: look at it again.";
    }

    private static string? RequireForOne(LedgerState state, AccountId sender, RequireConsent command, LedgerContext context)
    {
        StateKey key = StateKey.Consent(sender, command.Grant);
        if (state.Get<ConsentEntry>(key) is not null)
        {
            return $"What grant {command.Grant} needs is settled already: revoke it and set another.";
        }

        if (RoomProblem(state, sender) is { } full)
        {
            return full;
        }

        state.Put(key, new ConsentEntry(command.Group, [], GrantOrigin.Adult));
        context.Emit(LedgerEventKind.ConsentRequired, sender, command.Grant);
        return null;
    }

    /// <summary>What weakens the protection needs the consent of those who gave it: any change counts as that.</summary>
    private static string? RequireForAll(LedgerState state, AccountId sender, AccountGroup group, LedgerContext context)
    {
        PersonEntry person = PersonEntry.Of(state, sender);
        if (person.CoConsentAt(context.Time).IsNone)
        {
            Replace(state, sender, person, group, context);
            return null;
        }

        if (person.Safeguards.Proposed is { } former)
        {
            state.Remove(StateKey.Consent(sender, SubjectOf(former)));
        }

        Digest subject = SubjectOf(group);
        state.Put(StateKey.Consent(sender, subject), new ConsentEntry(person.Safeguards.CoConsent, [], GrantOrigin.Adult));
        state.Put(StateKey.Person(sender), person with { Safeguards = person.Safeguards with { Proposed = group } });
        context.Emit(LedgerEventKind.ConsentRequired, sender, subject);
        return null;
    }

    private static void Replace(LedgerState state, AccountId patient, PersonEntry person, AccountGroup group, LedgerContext context)
    {
        if (person.Safeguards.Proposed is { } proposed)
        {
            state.Remove(StateKey.Consent(patient, SubjectOf(proposed)));
        }

        state.Put(StateKey.Person(patient), person with
        {
            Safeguards = person.Safeguards with
            {
                CoConsent = group,
                EndsWithMajority = person.Life.IsMinor(context.Time),
                Proposed = null,
            },
        });
        context.Emit(LedgerEventKind.ConsentRequired, patient, default);
    }

    private static string? Confirm(LedgerState state, StateKey key, ConsentEntry entry, GiveConsent command, LedgerContext context)
    {
        if (!command.IsGiven
            || entry.Origin != GrantOrigin.Minor
            || PersonEntry.Of(state, command.Patient).Life.IsMinor(context.Time))
        {
            return $"Only what a guardian permitted is confirmed, once the patient is of age; {command.Subject} is not that.";
        }

        state.Put(key, entry with { Origin = GrantOrigin.Confirmed });
        context.Emit(LedgerEventKind.ConsentChanged, command.Patient, command.Subject);
        return null;
    }

    private static string? RoomProblem(LedgerState state, AccountId patient) =>
        state.Tree.Scan(StateKey.ConsentsOf(patient).Bytes).Count() >= MaxEntries
            ? $"The patient has {MaxEntries} grants that wait or waited for consent, the most allowed."
            : null;
}
