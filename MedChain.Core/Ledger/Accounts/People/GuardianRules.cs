using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>Who acts for whom. A guardian signs with her own key, so the audit trail names her; what she may follows from scopes and block
/// time at each act.</summary>
internal static class GuardianRules
{
    /// <summary>Most guardians of one patient.</summary>
    public const int MaxGuardians = 16;

    /// <summary>Longest way to a minor's majority, in milliseconds.</summary>
    public const long MaxMinority = 30L * 366 * 24 * 3_600 * 1_000;

    /// <summary>Whether an account may act for a patient.</summary>
    /// <param name="state">The state.</param>
    /// <param name="ward">The patient.</param>
    /// <param name="guardian">The account.</param>
    /// <param name="scope">What it would do.</param>
    /// <param name="time">Block time; 0 when it is not known, and then nobody may.</param>
    public static bool May(LedgerState state, AccountId ward, AccountId guardian, GuardianScopes scope, long time)
    {
        PersonEntry person = PersonEntry.Of(state, ward);
        if (person.Life.IsDead)
        {
            return person.Safeguards.AfterDeath.Executor == guardian && scope is not (GuardianScopes.None or GuardianScopes.Store);
        }

        return scope != GuardianScopes.None
            && time != 0
            && state.Get<GuardianEntry>(StateKey.Guardian(ward, guardian)) is { } entry
            && entry.Scopes.HasFlag(scope)
            && time >= entry.From
            && time < entry.Until
            && (!entry.IsLegal || person.Life.IsMinor(time));
    }

    /// <summary>Why a command for a ward is refused; <see langword="null"/> when the guardian may send it.</summary>
    public static string? ProblemOf(LedgerState state, AccountId guardian, ActFor command, long time)
    {
        Command inner = command.Inner;
        if (!May(state, command.Ward, guardian, inner.NeededScope, time))
        {
            return $"Account {guardian} is no guardian of {command.Ward} who may {inner.NeededScope} at present.";
        }

        // Who must consent binds the patient: a guardian decides that for a minor alone.
        if (inner is RequireConsent && !PersonEntry.Of(state, command.Ward).Life.IsMinor(time))
        {
            return $"Patient {command.Ward} is of age: she decides herself who must consent to her grants.";
        }

        return inner is ReviewEmergency review && state.Get<EmergencyEntry>(StateKey.Emergency(review.Request))?.Actor == guardian
            ? "Nobody reviews her own emergency access, neither for a ward."
            : AccountGate.Problem(state, command.Ward, inner, time, isGuardian: true);
    }

    public static string? Appoint(LedgerState state, Genesis genesis, AccountId sender, AppointGuardian command, LedgerContext context)
    {
        if (AccountLedger.PatientProblem(state, command.Ward) is { } problem)
        {
            return problem;
        }

        LifeDates life = PersonEntry.Of(state, command.Ward).Life;
        bool isLegal = sender == genesis.Administrator;
        if (isLegal ? !life.IsMinor(context.Time) : sender != command.Ward)
        {
            return "A patient appoints her guardians; the chain's administrator appoints those of minors, and of nobody else.";
        }

        if (state.Get<AccountEntry>(StateKey.Account(command.Guardian)) is null || command.Until <= context.Time)
        {
            return $"Account {command.Guardian} is not registered, or the guardianship is over already.";
        }

        StateKey key = StateKey.Guardian(command.Ward, command.Guardian);
        if (state.Get<GuardianEntry>(key) is null
            && state.Tree.Scan(StateKey.GuardiansOf(command.Ward).Bytes).Count() >= MaxGuardians)
        {
            return $"The patient has {MaxGuardians} guardians, the most allowed.";
        }

        state.Put(key, new GuardianEntry(command.Scopes, command.From, command.Until, isLegal));
        context.Emit(LedgerEventKind.GuardianAppointed, command.Ward, command.Guardian.Value);
        return null;
    }

    public static string? End(LedgerState state, Genesis genesis, AccountId sender, EndGuardianship command, LedgerContext context)
    {
        StateKey key = StateKey.Guardian(command.Ward, command.Guardian);
        if (state.Get<GuardianEntry>(key) is not { } entry)
        {
            return $"Account {command.Guardian} is no guardian of {command.Ward}.";
        }

        bool isBound = entry.IsLegal && PersonEntry.Of(state, command.Ward).Life.IsMinor(context.Time);
        if (sender != command.Guardian && sender != (isBound ? genesis.Administrator : command.Ward))
        {
            return "A guardianship is ended by the guardian or her ward; that of a minor by the guardian or the chain's administrator.";
        }

        state.Remove(key);
        context.Emit(LedgerEventKind.GuardianshipEnded, command.Ward, command.Guardian.Value);
        return null;
    }

    /// <summary>Only before the account's first act can it become a minor's; later the moment can only come nearer. So nobody's majority is
    /// taken from her.</summary>
    public static string? SetMajority(LedgerState state, Genesis genesis, AccountId sender, SetMajority command, LedgerContext context)
    {
        if (sender != genesis.Administrator)
        {
            return "Only the chain's administrator says when a minor comes of age.";
        }

        if (AccountLedger.PatientProblem(state, command.Account) is { } problem)
        {
            return problem;
        }

        PersonEntry person = PersonEntry.Of(state, command.Account);
        bool isNew = person.Life.Majority == 0
            && state.GetOrDefault<NonceWindow>(StateKey.Nonce(command.Account)).Highest == 0
            && command.Majority > context.Time
            && command.Majority - context.Time <= MaxMinority;
        bool isNearer = person.Life.IsMinor(context.Time) && command.Majority < person.Life.Majority;
        if (!isNew && !isNearer)
        {
            return "The day on which a minor comes of age is set before her account is used, at most 30 years ahead; later it is only "
                + "brought forward.";
        }

        state.Put(StateKey.Person(command.Account), person with { Life = person.Life with { Majority = command.Majority } });
        context.Emit(LedgerEventKind.MajoritySet, command.Account, default);
        return null;
    }
}
