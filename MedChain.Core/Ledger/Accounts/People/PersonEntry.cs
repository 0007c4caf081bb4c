using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>What the state knows of an account's holder besides keys and roles. An account of which there is nothing to say has no
/// entry.</summary>
/// <param name="Standing">Whether she may act.</param>
/// <param name="Life">What block time decides about her.</param>
/// <param name="Safeguards">What she has set up for herself.</param>
/// <param name="Recovery">A recovery of her account that guardians ask for; <see langword="null"/> for none.</param>
internal sealed record PersonEntry(AccountStanding Standing, LifeDates Life, Safeguards Safeguards, RecoveryProgress? Recovery)
    : ICanonical<PersonEntry>
{
    /// <summary>An account of which there is nothing to say.</summary>
    public static readonly PersonEntry Blank = new(AccountStanding.Good, LifeDates.Unknown, Safeguards.None, null);

    /// <summary>Who must consent to a grant that is set now.</summary>
    public AccountGroup CoConsentAt(long time) =>
        Safeguards.EndsWithMajority && Life.CameOfAge(time) ? AccountGroup.None : Safeguards.CoConsent;

    public static PersonEntry Of(LedgerState state, AccountId account) => state.Get<PersonEntry>(StateKey.Person(account)) ?? Blank;

    void ICanonical<PersonEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Standing);
        writer.Write(Life);
        writer.Write(Safeguards);
        writer.WriteOptional(Recovery);
    }

    static PersonEntry ICanonical<PersonEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new PersonEntry(
            reader.Read<AccountStanding>(),
            reader.Read<LifeDates>(),
            reader.Read<Safeguards>(),
            reader.ReadOptional<RecoveryProgress>());
    }
}

/// <summary>Whether an account may act.</summary>
/// <param name="Cause">Why it is suspended.</param>
/// <param name="Reason">Commitment to the words about it; zero for none.</param>
/// <param name="Unreviewed">The emergency access of the account that waits for review; zero for none. One place: so there is at most
/// one.</param>
/// <param name="ReviewBy">Block time after which the account is suspended until that access is reviewed.</param>
internal sealed record AccountStanding(SuspensionCause Cause, Digest Reason, Digest Unreviewed, long ReviewBy) : ICanonical<AccountStanding>
{
    public static readonly AccountStanding Good = new(SuspensionCause.None, default, default, 0);

    /// <summary>Whether a review is overdue.</summary>
    public bool IsOverdue(long time) => !Unreviewed.IsZero && time > ReviewBy;

    void ICanonical<AccountStanding>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write((long)Cause);
        writer.Write(Reason);
        writer.Write(Unreviewed);
        writer.Write(ReviewBy);
    }

    static AccountStanding ICanonical<AccountStanding>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new AccountStanding(
            (SuspensionCause)reader.ReadInt32(0, (int)SuspensionCause.NotJustified),
            reader.ReadDigest(),
            reader.ReadDigest(),
            reader.ReadNonNegative());
    }
}
