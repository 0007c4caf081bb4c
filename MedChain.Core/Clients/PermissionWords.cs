using System.Globalization;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Grants;

namespace MedChain.Core.Clients;

/// <summary>Permissions and revocations in the words of an audit trail.</summary>
internal static class PermissionWords
{
    private const long MaxTime = 253_402_300_799_999;

    public static string Of(PolicyDocument policy)
    {
        string passed = policy.Depth > 0
            ? string.Create(CultureInfo.InvariantCulture, $"; may be passed on through {policy.Depth} hands")
            : "";
        string end = policy.Until is > 0 and <= MaxTime
            ? string.Create(CultureInfo.InvariantCulture, $"; until {DateTimeOffset.FromUnixTimeMilliseconds(policy.Until):u}")
            : "";
        return policy.Describe() + passed + end;
    }

    public static string Of(RevocationDocument revocation)
    {
        string what = revocation.Kind switch
        {
            RevocationKind.Grant => $"permission {revocation.Target}",
            RevocationKind.Policy => $"all with policy {GrantTemplates.Find(revocation.Target)?.Name ?? revocation.Target.ToString()}",
            RevocationKind.Grantee => $"all for {revocation.GranteeType} {revocation.GranteeId}",
            _ => "everything",
        };
        return revocation.Reason.Length == 0 ? what : $"{what} ({revocation.Reason})";
    }
}
