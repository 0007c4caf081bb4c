using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>Rules for what patients permit and take back.</summary>
internal sealed class GrantRules
{
    /// <summary>Most grants of one patient, so that a decision has a bound.</summary>
    public const int MaxGrants = 64;

    private readonly PermissionDecider _decider;

    public GrantRules(PermissionDecider decider) => _decider = decider;

    public string? Set(LedgerState state, AccountId sender, SetGrant command, LedgerContext context)
    {
        if (AccountLedger.PatientProblem(state, sender) is { } problem)
        {
            return problem;
        }

        StateKey key = StateKey.Grant(sender, command.Grant);
        if (state.Get<GrantEntry>(key) is not null)
        {
            return $"Grant {command.Grant} exists already.";
        }

        if (state.Tree.Scan(StateKey.GrantsOf(sender).Bytes).Count() >= MaxGrants)
        {
            return $"The patient has {MaxGrants} grants, the most allowed.";
        }

        // Before the cache of compiled policies is asked, which may know the text yet.
        if (ErasureRules.IsErased(state, command.Policy))
        {
            return $"Attachment {command.Policy} was erased by order.";
        }

        if (_decider.PolicyProblem(context, command.Policy, sender) is { } wrong)
        {
            return wrong;
        }

        state.Put(key, new GrantEntry(command.Policy, Uses: 0, Revoked: false));
        context.Emit(LedgerEventKind.GrantSet, sender, command.Grant);
        return null;
    }

    public static string? Revoke(LedgerState state, AccountId sender, RevokeGrant command, LedgerContext context)
    {
        StateKey key = StateKey.Grant(sender, command.Grant);
        if (state.Get<GrantEntry>(key) is not { Revoked: false } grant)
        {
            return $"The sender has no grant {command.Grant} in force.";
        }

        state.Put(key, grant with { Revoked = true });
        context.Emit(LedgerEventKind.GrantRevoked, sender, command.Grant);
        return null;
    }
}
