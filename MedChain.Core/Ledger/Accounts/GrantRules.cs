using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Ledger.Accounts.Grants;
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

        if (GrantBook.MakeRoom(state, sender, own: true, MaxGrants) is { } full)
        {
            return full;
        }

        if (PolicyProblem(state, context, command.Policy, sender, out GrantPolicies? policies) is { } wrong)
        {
            return wrong;
        }

        var grant = GrantEntry.First(command.Policy, sender, context.Height);
        if (EndProblem(state, context, sender, grant, policies!) is { } beyond)
        {
            return beyond;
        }

        GrantBook.Add(state, context, sender, command.Grant, grant);
        context.Emit(LedgerEventKind.GrantSet, sender, command.Grant);
        return null;
    }

    /// <summary>Gives a grant a new version.</summary>
    public string? Replace(LedgerState state, AccountId sender, ReplaceGrant command, LedgerContext context)
    {
        StateKey key = StateKey.Grant(command.Patient, command.Grant);
        if (state.Get<GrantEntry>(key)?.At(context.Height) is not { Standing: GrantStanding.InForce } grant || grant.Author != sender)
        {
            return $"The sender has no grant {command.Grant} in force.";
        }

        if (grant.Next is { } next)
        {
            return $"Version {grant.Version + 1} of grant {command.Grant} comes into force in block {next.From}: wait for it, or revoke "
                + "the grant.";
        }

        if (grant.Policy != command.Previous)
        {
            return $"Version {grant.Version} of grant {command.Grant} is another one than that to be replaced: look at it first.";
        }

        if (grant.Version == GrantVersion.Max)
        {
            return $"Grant {command.Grant} has {GrantVersion.Max} versions, the most allowed: revoke it and set a new one.";
        }

        if (PolicyProblem(state, context, command.Policy, command.Patient, out GrantPolicies? policies) is { } wrong)
        {
            return wrong;
        }

        if (EndProblem(state, context, command.Patient, grant, policies!) is { } beyond)
        {
            return beyond;
        }

        GrantBook.Replace(state, context, command, grant);
        context.Emit(LedgerEventKind.GrantReplaced, command.Patient, command.Grant);
        return null;
    }

    /// <summary>What is wrong with what a grant is to say; <see langword="null"/> for nothing.</summary>
    public string? PolicyProblem(LedgerState state, LedgerContext context, Digest policy, AccountId patient, out GrantPolicies? policies)
    {
        policies = null;

        // Before the cache of compiled policies is asked, which may know the text yet.
        if (ErasureRules.IsErased(state, policy))
        {
            return $"Attachment {policy} was erased by order.";
        }

        if (_decider.PolicyProblem(context, policy, patient) is { } wrong)
        {
            return wrong;
        }

        policies = _decider.TryRead(context, policy);
        return null;
    }

    /// <summary>What is wrong with how far a grant goes: one that is passed on stays within the one above it.</summary>
    private string? EndProblem(
        LedgerState state, LedgerContext context, AccountId patient, GrantEntry grant, GrantPolicies policies) =>
        !grant.Parent.IsZero
            ? DelegationRules.BoundProblem(policies, GrantBook.Read(state, context, _decider, patient, grant.Parent), context)
        : policies.Until > 0 ? "A grant of the patient's own ends when its policies say so: give it no end besides."
        : null;

    public static string? Revoke(LedgerState state, AccountId sender, RevokeGrant command, LedgerContext context)
    {
        StateKey key = StateKey.Grant(sender, command.Grant);
        if (state.Get<GrantEntry>(key) is not { Revoked: false } grant)
        {
            return $"The sender has no grant {command.Grant} in force.";
        }

        state.Put(key, grant.At(context.Height) with { Standing = GrantStanding.Revoked, Next = null });
        context.Emit(LedgerEventKind.GrantRevoked, sender, command.Grant);
        return null;
    }
}
