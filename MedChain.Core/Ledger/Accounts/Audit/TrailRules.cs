using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Audit;

/// <summary>Reading the log is logged, and so is the attempt of whoever may not.</summary>
internal static class TrailRules
{
    public static string? Read(LedgerState state, AccountId sender, ReadTrail command, LedgerContext context)
    {
        if (state.Get<AccountEntry>(StateKey.Account(sender)) is null)
        {
            return $"Account {sender} is not registered.";
        }

        if (AccountLedger.PatientProblem(state, command.Patient) is { } problem)
        {
            return problem;
        }

        StateKey key = StateKey.TrailReading(command.Reading);
        if (state.Get<TrailReadingEntry>(key) is not null)
        {
            return $"Reading {command.Reading} exists already.";
        }

        if (context.TryReadAttachment(command.Details, out TrailReadingDetails? details) is { } unreadable)
        {
            return unreadable;
        }

        if ((details!.Problem() ?? details.By.Problem(state, sender)) is { } wrong)
        {
            return wrong;
        }

        bool isAllowed = MayRead(state, sender, command.Patient, context.Time);
        state.Put(key, new TrailReadingEntry(command.Patient, sender, command.Details, isAllowed));
        context.Emit(isAllowed ? LedgerEventKind.TrailRead : LedgerEventKind.TrailRefused, command.Patient, command.Reading);
        return null;
    }

    /// <summary>A trail is the patient's own, and that of guardians who may read for her; the institution's auditors check what its people
    /// do.</summary>
    private static bool MayRead(LedgerState state, AccountId reader, AccountId patient, long time) =>
        reader == patient
        || GuardianRules.May(state, patient, reader, GuardianScopes.Read, time)
        || state.Get<AccountEntry>(StateKey.Account(reader)) is { Kind: AccountKind.Auditor };
}
