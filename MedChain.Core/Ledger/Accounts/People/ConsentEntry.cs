using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>What stands between a grant, or a change of co-consent, and its force. A grant of which there is nothing to say has
/// none.</summary>
/// <param name="Group">Who must consent.</param>
/// <param name="Given">Who has, sorted.</param>
/// <param name="Origin">In whose hands the account was when the grant was set.</param>
internal sealed record ConsentEntry(AccountGroup Group, ImmutableArray<AccountId> Given, GrantOrigin Origin) : ICanonical<ConsentEntry>
{
    public bool IsGiven => Given.Length >= Group.Needed;

    void ICanonical<ConsentEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Group);
        writer.WriteDigests([.. Given.Select(g => g.Value)]);
        writer.Write((long)Origin);
    }

    static ConsentEntry ICanonical<ConsentEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new ConsentEntry(
            reader.Read<AccountGroup>(),
            [.. reader.ReadDigests(AccountGroup.MaxMembers).Select(g => new AccountId(g))],
            (GrantOrigin)reader.ReadInt32(0, (int)GrantOrigin.Executor));
    }
}

/// <summary>In whose hands an account was when a grant was set. In the state: the numbers do not change.</summary>
internal enum GrantOrigin
{
    /// <summary>An adult's.</summary>
    Adult = 0,

    /// <summary>A minor's guardian's, and the former minor has not confirmed it.</summary>
    Minor = 1,

    /// <summary>A minor's guardian's, and the former minor has confirmed it.</summary>
    Confirmed = 2,

    /// <summary>The executor's of a deceased patient.</summary>
    Executor = 3,
}
