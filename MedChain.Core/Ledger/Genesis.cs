using MedChain.Core.Blocks;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>Which of the two kinds of chain.</summary>
public enum ChainKind
{
    /// <summary>One institution's chain of accounts, records, permissions and audit.</summary>
    Account,

    /// <summary>The chain of computing tasks, shared by many account chains.</summary>
    Transaction,
}

/// <summary>What a chain starts from. Its hash is the chain's identifier, so two chains that differ in anything here are
/// different.</summary>
/// <param name="Kind">The kind of chain.</param>
/// <param name="Name">The chain's name, 1 to 64 characters.</param>
/// <param name="Validators">Validators of epoch 0.</param>
/// <param name="AdministratorKey">Signing key of the account that registers accounts and anchors other chains.</param>
/// <param name="AdministratorAgreementKey">The key to which secrets for the administrator are sealed.</param>
public sealed record Genesis(
    ChainKind Kind,
    string Name,
    ValidatorSet Validators,
    PublicKey AdministratorKey,
    AgreementKey AdministratorAgreementKey) : ICanonical<Genesis>
{
    private KnownChain? _known;

    /// <summary>Gets the chain's identifier.</summary>
    public ChainId Chain
    {
        get
        {
            // A copy made by "with" takes the field along, so the identifier counts only for the genesis it was computed from. One
            // reference, so threads see it whole or not at all.
            KnownChain? known = _known;
            if (known is null || !ReferenceEquals(known.Of, this))
            {
                _known = known = new KnownChain(this, new ChainId(Canonical.Hash("medchain/genesis/v1", this)));
            }

            return known.Chain;
        }
    }

    /// <summary>Gets the administrator's account.</summary>
    public AccountId Administrator => AccountEntry.Name(Chain, AdministratorKey);

    /// <inheritdoc/>
    public bool Equals(Genesis? other) => other is not null && Chain == other.Chain;

    /// <inheritdoc/>
    public override int GetHashCode() => Chain.GetHashCode();

    void ICanonical<Genesis>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write((long)Kind);
        writer.Write(Name);
        writer.Write(Validators);
        writer.Write(AdministratorKey);
        writer.Write(AdministratorAgreementKey);
    }

    static Genesis ICanonical<Genesis>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new Genesis(
            (ChainKind)reader.ReadInt32(0, 1),
            reader.ReadString(256),
            reader.Read<ValidatorSet>(),
            reader.ReadPublicKey(),
            reader.ReadAgreementKey());
    }

    private sealed class KnownChain(Genesis of, ChainId chain)
    {
        public Genesis Of { get; } = of;

        public ChainId Chain { get; } = chain;
    }
}
