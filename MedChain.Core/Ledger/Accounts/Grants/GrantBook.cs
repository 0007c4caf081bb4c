using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Grants;

/// <summary>A patient's grants with their versions, in the state.</summary>
internal static class GrantBook
{
    /// <summary>Adds a grant with its first version.</summary>
    public static void Add(LedgerState state, LedgerContext context, AccountId patient, Digest grant, GrantEntry entry)
    {
        state.Put(StateKey.Grant(patient, grant), entry);
        state.Put(
            StateKey.GrantVersion(patient, grant, 1), new GrantVersion(entry.Policy, default, context.Height, context.Height));
    }

    /// <summary>Adds a version, in force at once or later.</summary>
    public static void Replace(LedgerState state, LedgerContext context, ReplaceGrant command, GrantEntry grant)
    {
        BlockHeight from = command.From > context.Height ? command.From : context.Height;
        var next = new NextPolicy(command.Policy, from);
        state.Put(StateKey.Grant(command.Patient, command.Grant), (grant with { Next = next }).At(context.Height));
        state.Put(
            StateKey.GrantVersion(command.Patient, command.Grant, grant.Version + 1),
            new GrantVersion(command.Policy, grant.Policy, from, context.Height));
    }

    /// <summary>Makes room for one more grant: one that was revoked leaves the state when there are too many. Its versions stay.</summary>
    /// <param name="state">The state.</param>
    /// <param name="patient">Whose grants.</param>
    /// <param name="own">Whether the patient's own, or those that are passed on, are counted.</param>
    /// <param name="most">How many there may be.</param>
    /// <returns>Why there is none; <see langword="null"/> when there is.</returns>
    public static string? MakeRoom(LedgerState state, AccountId patient, bool own, int most)
    {
        KeyValuePair<ReadOnlyMemory<byte>, GrantEntry>[] grants =
            [.. state.Scan<GrantEntry>(StateKey.GrantsOf(patient)).Where(g => g.Value.Parent.IsZero == own)];
        if (grants.Length < most)
        {
            return null;
        }

        KeyValuePair<ReadOnlyMemory<byte>, GrantEntry>[] revoked =
            [.. grants.Where(g => g.Value.Revoked).OrderBy(g => g.Value.Since).Take(1)];
        if (revoked.Length == 0)
        {
            return $"The patient has {most} grants {(own ? "of her own" : "that are passed on")}, the most allowed: revoke one first.";
        }

        state.Remove(new StateKey(revoked[0].Key));
        state.Remove(StateKey.Consent(patient, StateKey.SecondPart(revoked[0].Key)));
        return null;
    }

    /// <summary>What a grant in force says; <see langword="null"/> when there is none.</summary>
    public static GrantPolicies? Read(
        LedgerState state, LedgerContext context, PermissionDecider decider, AccountId patient, Digest grant) =>
        state.Get<GrantEntry>(StateKey.Grant(patient, grant))?.At(context.Height) is { Standing: GrantStanding.InForce } entry
            ? decider.TryRead(context, entry.Policy)
            : null;
}
