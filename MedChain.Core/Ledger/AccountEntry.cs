using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>An account as the state knows it.</summary>
/// <param name="Kind">What the holder is.</param>
/// <param name="Key">The current signing key.</param>
/// <param name="AgreementKey">The key to which secrets for the holder are sealed.</param>
/// <param name="Roles">Professional roles that the administrator vouches for, sorted; policies decide on them. Patients have none.</param>
internal sealed record AccountEntry(AccountKind Kind, PublicKey Key, AgreementKey AgreementKey, ImmutableArray<string> Roles)
    : ICanonical<AccountEntry>
{
    public const int MaxRoles = 16;
    public const int MaxRoleBytes = 64;

    /// <summary>The account that a first signing key names on a chain.</summary>
    public static AccountId Name(ChainId chain, PublicKey key) => new(Canonical.Hash("medchain/account/v1", new NameParts(chain, key)));

    /// <summary>What is wrong with an entry whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem()
    {
        if (Kind == AccountKind.Patient && Roles.Length > 0)
        {
            return "A patient's account has no roles.";
        }

        if (Roles.Length > MaxRoles || Roles.Any(r => System.Text.Encoding.UTF8.GetByteCount(r) > MaxRoleBytes))
        {
            return $"An account has at most {MaxRoles} roles of {MaxRoleBytes} bytes each.";
        }

        for (int i = 0; i < Roles.Length; i++)
        {
            if (Roles[i].Length == 0 || (i > 0 && string.CompareOrdinal(Roles[i - 1], Roles[i]) >= 0))
            {
                return "Roles are sorted, different and not empty.";
            }
        }

        return AgreementKeyCheck.Problem(AgreementKey);
    }

    void ICanonical<AccountEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write((long)Kind);
        writer.Write(Key);
        writer.Write(AgreementKey);
        writer.WriteStrings(Roles);
    }

    static AccountEntry ICanonical<AccountEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new AccountEntry(
            (AccountKind)reader.ReadInt32(0, (int)AccountKind.Device),
            reader.ReadPublicKey(),
            reader.ReadAgreementKey(),
            reader.ReadStrings(MaxRoles, MaxRoleBytes));
    }

    private readonly record struct NameParts(ChainId Chain, PublicKey Key) : ICanonical<NameParts>
    {
        void ICanonical<NameParts>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(2);
            writer.Write(Chain);
            writer.Write(Key);
        }

        static NameParts ICanonical<NameParts>.Read(ref CanonicalReader reader)
        {
            reader.BeginArray(2);
            return new NameParts(reader.ReadChainId(), reader.ReadPublicKey());
        }
    }
}
