using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Erasure;

/// <summary>Legal holds: while one is in force, what it covers is not erased.</summary>
internal static class HoldRules
{
    /// <summary>The role of an organisation's account that may set holds, besides the chain's administrator.</summary>
    public const string AuthorityRole = "legal-authority";

    /// <summary>Most holds of one patient.</summary>
    public const int MaxHolds = 64;

    /// <summary>The hold that keeps a record from being erased; zero for none.</summary>
    public static Digest Covering(LedgerState state, AccountId owner, Digest record) => state
        .Scan<HoldEntry>(StateKey.HoldsOf(owner))
        .Where(h => h.Value.Record.IsZero || h.Value.Record == record)
        .Select(h => StateKey.SecondPart(h.Key))
        .FirstOrDefault();

    public static string? Set(LedgerState state, Genesis genesis, AccountId sender, SetLegalHold command, LedgerContext context)
    {
        if (sender != genesis.Administrator
            && (state.Get<AccountEntry>(StateKey.Account(sender)) is not { Kind: AccountKind.Organisation } authority
                || !authority.Roles.Contains(AuthorityRole)))
        {
            return $"Only the chain's administrator and organisations with the role \"{AuthorityRole}\" set legal holds.";
        }

        StateKey key = StateKey.Hold(command.Owner, command.Hold);
        if (command.Hold.IsZero || state.Get<HoldEntry>(key) is not null)
        {
            return $"Hold {command.Hold} exists already, or is no identifier.";
        }

        if (command.Record.IsZero
            ? state.Get<AccountEntry>(StateKey.Account(command.Owner)) is not { Kind: AccountKind.Patient }
            : state.Get<RecordEntry>(StateKey.Record(command.Owner, command.Record))
                is not { Status: RecordStatus.Dealt or RecordStatus.Live })
        {
            return $"Patient {command.Owner} has no such record to hold.";
        }

        if (state.Tree.Scan(StateKey.HoldsOf(command.Owner).Bytes).Count() >= MaxHolds)
        {
            return $"The patient has {MaxHolds} legal holds, the most allowed.";
        }

        state.Put(key, new HoldEntry(sender, command.Record));
        context.Emit(LedgerEventKind.HoldSet, command.Owner, command.Hold);
        return null;
    }

    public static string? Lift(LedgerState state, AccountId sender, LiftLegalHold command, LedgerContext context)
    {
        StateKey key = StateKey.Hold(command.Owner, command.Hold);
        if (state.Get<HoldEntry>(key) is not { } hold || hold.Authority != sender)
        {
            return $"The sender has set no hold {command.Hold} on records of {command.Owner}.";
        }

        state.Remove(key);
        context.Emit(LedgerEventKind.HoldLifted, command.Owner, command.Hold);
        return null;
    }
}
