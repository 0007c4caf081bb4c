using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Audit;

/// <summary>Who acts: the human and the software, both of them always.</summary>
/// <param name="Human">The human's account.</param>
/// <param name="Software">The software that acts for her.</param>
internal sealed record Actors(AccountId Human, ActingSoftware Software) : ICanonical<Actors>
{
    /// <summary>Why these cannot be the actors of a transaction; <see langword="null"/> when they can. A person acts in her own name;
    /// whom an institution's software acts for is that signer's word, and both are named.</summary>
    public string? Problem(LedgerState state, AccountId sender)
    {
        if (Software.Problem() is { } wrong)
        {
            return wrong;
        }

        if (!Software.Account.Value.IsZero && state.Get<AccountEntry>(StateKey.Account(Software.Account)) is null)
        {
            return $"The acting software's account {Software.Account} is not registered.";
        }

        if (IsPerson(state, sender))
        {
            return Human == sender ? null : $"Account {sender} acts in its own name, not in that of {Human}.";
        }

        return IsPerson(state, Human) ? null : $"Account {Human}, for whom {sender} acts, is no registered person's.";
    }

    void ICanonical<Actors>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Human);
        writer.Write(Software);
    }

    static Actors ICanonical<Actors>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new Actors(reader.ReadAccountId(), reader.Read<ActingSoftware>());
    }

    private static bool IsPerson(LedgerState state, AccountId account) =>
        state.Get<AccountEntry>(StateKey.Account(account)) is { Kind: not (AccountKind.Organisation or AccountKind.Device) };
}
