using MedChain.Core.Contracts;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>Accounts as policies and contracts know them: an entity named by the account, in the roles that the administrator vouches
/// for.</summary>
internal static class AccountEntity
{
    public static EntityUid Of(AccountKind kind, AccountId account) => new(TypeName(kind), account.ToString());

    /// <summary>Whether policies and contracts have a type for such an account.</summary>
    public static bool IsDeclared(AccountKind kind) =>
        kind is AccountKind.Patient or AccountKind.Practitioner or AccountKind.Organisation or AccountKind.Researcher;

    /// <summary>Adds an account's entity to those that are known.</summary>
    /// <param name="builder">The entities.</param>
    /// <param name="account">The account's entity.</param>
    /// <param name="kind">What the account's holder is.</param>
    /// <param name="roles">The account's roles.</param>
    /// <param name="institution">The chain's name, which is the organization of its practitioners.</param>
    /// <param name="openReviews">How many emergency accesses of a practitioner wait for review.</param>
    public static void Add(
        EntityStoreBuilder builder,
        EntityUid account,
        AccountKind kind,
        IEnumerable<string> roles,
        string institution,
        long openReviews)
    {
        IEnumerable<EntityUid> groups = roles.Select(role => new EntityUid("Role", role));
        if (kind != AccountKind.Practitioner)
        {
            builder.Add(account, RecordValue.Empty, groups);
            return;
        }

        builder.Add(
            account,
            new RecordValue([new("openReviews", new LongValue(openReviews))]),
            groups.Append(new EntityUid("Organization", institution)));
    }

    private static string TypeName(AccountKind kind) => kind switch
    {
        AccountKind.Practitioner => "Clinician",
        AccountKind.Organisation => "Organization",
        _ => kind.ToString(),
    };
}
