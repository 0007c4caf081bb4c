using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>Some accounts, of which a number must agree.</summary>
/// <param name="Needed">How many must agree: 1 to the number of members, or 0 for no group.</param>
/// <param name="Members">The accounts, sorted and different.</param>
internal sealed record AccountGroup(int Needed, ImmutableArray<AccountId> Members) : ICanonical<AccountGroup>
{
    public const int MaxMembers = 16;

    /// <summary>Nobody must agree.</summary>
    public static readonly AccountGroup None = new(0, []);

    public bool IsNone => Needed == 0;

    public static AccountGroup Of(int needed, IEnumerable<AccountId> members) => new(needed, [.. members.Distinct().Order(ByBytes)]);

    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem()
    {
        if (Members.Length > MaxMembers || (IsNone ? Members.Length > 0 : Needed < 0 || Needed > Members.Length))
        {
            return $"A group has 1 to {MaxMembers} members of which 1 to all must agree, not {Needed} of {Members.Length}.";
        }

        for (int i = 1; i < Members.Length; i++)
        {
            if (ByBytes.Compare(Members[i - 1], Members[i]) >= 0)
            {
                return "The members of a group are sorted and different.";
            }
        }

        return null;
    }

    /// <summary>What is wrong with the members in a state: each has an account, and none is the one concerned.</summary>
    public string? MemberProblem(LedgerState state, AccountId concerned)
    {
        foreach (AccountId member in Members)
        {
            if (member == concerned || state.Get<AccountEntry>(StateKey.Account(member)) is null)
            {
                return $"Member {member} of the group is not registered, or is the account concerned.";
            }
        }

        return null;
    }

    void ICanonical<AccountGroup>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write((long)Needed);
        writer.WriteDigests([.. Members.Select(m => m.Value)]);
    }

    static AccountGroup ICanonical<AccountGroup>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new AccountGroup(reader.ReadInt32(0, MaxMembers), [.. reader.ReadDigests(MaxMembers).Select(m => new AccountId(m))]);
    }

    private static Comparer<AccountId> ByBytes { get; } =
        Comparer<AccountId>.Create((a, b) => a.Value.ToArray().AsSpan().SequenceCompareTo(b.Value.ToArray()));
}
