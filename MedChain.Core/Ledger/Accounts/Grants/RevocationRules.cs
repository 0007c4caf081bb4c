using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Grants;

/// <summary>Rules for taking back permissions, in force from the block that does.</summary>
internal sealed class RevocationRules
{
    /// <summary>Most grantees that are shut out from grants that are still there.</summary>
    public const int MaxBans = 64;

    private readonly PermissionDecider _decider;

    public RevocationRules(PermissionDecider decider) => _decider = decider;

    /// <summary>The grantees whom a patient shut out from the grants that she had set.</summary>
    public static IEnumerable<RevocationEntry> Bans(LedgerState state, AccountId patient) =>
        state.Scan<RevocationEntry>(StateKey.RevocationsOf(patient, (byte)RevocationKind.Grantee)).Select(r => r.Value);

    public string? Revoke(LedgerState state, AccountId sender, RevokePermissions command, LedgerContext context)
    {
        if (context.TryReadAttachment(command.Document, out RevocationDocument? document) is { } unreadable)
        {
            return unreadable;
        }

        if (document!.Problem() is { } wrong)
        {
            return wrong;
        }

        StateKey key = StateKey.Revocation(command.Patient, (byte)document.Kind, command.Revocation);
        if (state.Get<RevocationEntry>(key) is not null)
        {
            return $"Revocation {command.Revocation} exists already.";
        }

        string? refusal = document.Kind switch
        {
            RevocationKind.Grant => RevokeGrant(state, sender, command.Patient, document.Target, context),
            _ when sender != command.Patient || AccountLedger.PatientProblem(state, sender) is not null =>
                $"Account {sender} may not revoke what patient {command.Patient} permits.",
            RevocationKind.Policy => RevokePolicy(state, command.Patient, document.Target, context),
            RevocationKind.Grantee => MakeRoom(state, command.Patient),
            _ => CloseAll(state, command.Patient, context),
        };
        if (refusal is not null)
        {
            return refusal;
        }

        state.Put(key, new RevocationEntry(command.Document, context.Height));
        context.Emit(LedgerEventKind.PermissionsRevoked, command.Patient, command.Revocation);
        return null;
    }

    /// <summary>The patient takes back any grant, and who passes one on takes back that one. What was passed on from it goes with it, for
    /// decisions need every link.</summary>
    private static string? RevokeGrant(LedgerState state, AccountId sender, AccountId patient, Digest target, LedgerContext context)
    {
        if (state.Get<GrantEntry>(StateKey.Grant(patient, target)) is not { Revoked: false } grant
            || (sender != patient && sender != grant.Author))
        {
            return $"The sender has no grant {target} in force.";
        }

        Put(state, patient, target, grant, GrantStanding.Revoked, context);
        return null;
    }

    private string? RevokePolicy(LedgerState state, AccountId patient, Digest target, LedgerContext context)
    {
        int found = 0;
        foreach ((Digest id, GrantEntry grant) in Grants(state, patient))
        {
            // A version that is not in force yet would come into force without this.
            if (!grant.Revoked && grant.Policies.Any(policy => policy == target || HashOf(context, policy) == target))
            {
                Put(state, patient, id, grant, GrantStanding.Revoked, context);
                found++;
            }
        }

        return found > 0 ? null : $"No grant in force has the policy {target}.";
    }

    /// <summary>The hash of a template's text names it, and that of a text of one's own.</summary>
    private Digest HashOf(LedgerContext context, Digest policy) => _decider.TryRead(context, policy)?.Policies.Hash ?? default;

    private static string? CloseAll(LedgerState state, AccountId patient, LedgerContext context)
    {
        foreach ((Digest id, GrantEntry grant) in Grants(state, patient).Where(g => g.Entry.Standing == GrantStanding.InForce))
        {
            // What forbids in a grant that is passed on limits that grant alone.
            Put(state, patient, id, grant, grant.Parent.IsZero ? GrantStanding.Closed : GrantStanding.Revoked, context);
        }

        return null;
    }

    /// <summary>A ban that is older than every grant shuts nobody out any more.</summary>
    private static string? MakeRoom(LedgerState state, AccountId patient)
    {
        StateKey prefix = StateKey.RevocationsOf(patient, (byte)RevocationKind.Grantee);
        KeyValuePair<ReadOnlyMemory<byte>, RevocationEntry>[] bans = [.. state.Scan<RevocationEntry>(prefix)];
        if (bans.Length < MaxBans)
        {
            return null;
        }

        BlockHeight[] set = [.. Grants(state, patient).Select(g => g.Entry.Since)];
        KeyValuePair<ReadOnlyMemory<byte>, RevocationEntry>[] spent =
            [.. bans.Where(ban => Array.TrueForAll(set, since => ban.Value.Height < since)).Take(1)];
        if (spent.Length == 0)
        {
            return $"The patient has shut out {MaxBans} grantees, the most allowed: revoke grants instead, or everything.";
        }

        state.Remove(new StateKey(spent[0].Key));
        return null;
    }

    private static (Digest Id, GrantEntry Entry)[] Grants(LedgerState state, AccountId patient) =>
        [.. state.Scan<GrantEntry>(StateKey.GrantsOf(patient)).Select(g => (StateKey.SecondPart(g.Key), g.Value))];

    private static void Put(
        LedgerState state, AccountId patient, Digest id, GrantEntry grant, GrantStanding standing, LedgerContext context) =>
        state.Put(StateKey.Grant(patient, id), grant.At(context.Height) with { Standing = standing, Next = null });
}
