using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.People;

/// <summary>How far the recovery of an account is.</summary>
/// <param name="Supports">Which guardian supports which keys; once enough agree, only those.</param>
/// <param name="Due">Block time from which the new keys may take over; 0 while too few guardians agree.</param>
internal sealed record RecoveryProgress(ImmutableArray<RecoverySupport> Supports, long Due) : ICanonical<RecoveryProgress>
{
    /// <summary>Whether enough guardians agree and the old key can only veto.</summary>
    public bool IsUnderWay => Due != 0;

    void ICanonical<RecoveryProgress>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.WriteList(Supports);
        writer.Write(Due);
    }

    static RecoveryProgress ICanonical<RecoveryProgress>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new RecoveryProgress([.. reader.ReadList<RecoverySupport>(AccountGroup.MaxMembers)], reader.ReadNonNegative());
    }
}

/// <summary>A guardian's word that the holder of an account has new keys.</summary>
internal sealed record RecoverySupport(AccountId Guardian, PublicKey Key, AgreementKey AgreementKey) : ICanonical<RecoverySupport>
{
    void ICanonical<RecoverySupport>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Guardian);
        writer.Write(Key);
        writer.Write(AgreementKey);
    }

    static RecoverySupport ICanonical<RecoverySupport>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new RecoverySupport(reader.ReadAccountId(), reader.ReadPublicKey(), reader.ReadAgreementKey());
    }
}

/// <summary>Whose account a key signs for that was put in the place of a lost one. The first key of an account names it.</summary>
internal sealed record KeyHolder(AccountId Account) : ICanonical<KeyHolder>
{
    /// <summary>The account that a key signs for, whether or not it is registered.</summary>
    public static AccountId Of(LedgerState state, ChainId chain, PublicKey key) =>
        state.Get<KeyHolder>(StateKey.KeyHolder(key))?.Account ?? AccountEntry.Name(chain, key);

    void ICanonical<KeyHolder>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(1);
        writer.Write(Account);
    }

    static KeyHolder ICanonical<KeyHolder>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(1);
        return new KeyHolder(reader.ReadAccountId());
    }
}
