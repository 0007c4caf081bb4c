using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Custody;

/// <summary>What a sealed share is bound to (the HPKE info): a share sealed for one purpose opens for no other.</summary>
internal static class ShareSeal
{
    /// <summary>A share that a record's owner seals to a validator.</summary>
    public static byte[] Deposit(ChainId chain, Digest record, int validator) =>
        Canonical.EncodeTagged("medchain/share-deposit/v1", new DepositBinding(chain, record, validator));

    /// <summary>A share that a custodian seals to itself, at rest.</summary>
    /// <param name="chain">The account chain.</param>
    /// <param name="keyHeader">The key header of which the share is one.</param>
    public static byte[] Holding(ChainId chain, Digest keyHeader) =>
        Canonical.EncodeTagged("medchain/share-holding/v1", new HoldingBinding(chain, keyHeader));

    /// <summary>A part of an old holder's share that it seals to a new holder.</summary>
    /// <param name="chain">The account chain.</param>
    /// <param name="keyHeader">The key header that is dealt anew.</param>
    /// <param name="holder">The new holder's place.</param>
    public static byte[] Part(ChainId chain, Digest keyHeader, int holder) =>
        Canonical.EncodeTagged("medchain/share-part/v1", new DepositBinding(chain, keyHeader, holder));

    /// <summary>All parts of a deal, which the dealer seals to itself.</summary>
    public static byte[] Backup(ChainId chain, Digest keyHeader) =>
        Canonical.EncodeTagged("medchain/share-parts/v1", new HoldingBinding(chain, keyHeader));

    /// <summary>The shares that a custodian seals to the recipient of a committed permit.</summary>
    /// <param name="chain">The account chain.</param>
    /// <param name="permit">The access request or task that was permitted.</param>
    /// <param name="custodian">The custodian's operator key.</param>
    public static byte[] Release(ChainId chain, Digest permit, PublicKey custodian) =>
        Canonical.EncodeTagged("medchain/share-release/v1", new ReleaseBinding(chain, permit, custodian));

    private readonly record struct DepositBinding(ChainId Chain, Digest Subject, int Validator) : ICanonical<DepositBinding>
    {
        void ICanonical<DepositBinding>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(3);
            writer.Write(Chain);
            writer.Write(Subject);
            writer.Write((long)Validator);
        }

        static DepositBinding ICanonical<DepositBinding>.Read(ref CanonicalReader reader)
        {
            reader.BeginArray(3);
            return new DepositBinding(reader.ReadChainId(), reader.ReadDigest(), reader.ReadInt32(0, int.MaxValue));
        }
    }

    private readonly record struct HoldingBinding(ChainId Chain, Digest KeyHeader) : ICanonical<HoldingBinding>
    {
        void ICanonical<HoldingBinding>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(2);
            writer.Write(Chain);
            writer.Write(KeyHeader);
        }

        static HoldingBinding ICanonical<HoldingBinding>.Read(ref CanonicalReader reader)
        {
            reader.BeginArray(2);
            return new HoldingBinding(reader.ReadChainId(), reader.ReadDigest());
        }
    }

    private readonly record struct ReleaseBinding(ChainId Chain, Digest Permit, PublicKey Custodian) : ICanonical<ReleaseBinding>
    {
        void ICanonical<ReleaseBinding>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(3);
            writer.Write(Chain);
            writer.Write(Permit);
            writer.Write(Custodian);
        }

        static ReleaseBinding ICanonical<ReleaseBinding>.Read(ref CanonicalReader reader)
        {
            reader.BeginArray(3);
            return new ReleaseBinding(reader.ReadChainId(), reader.ReadDigest(), reader.ReadPublicKey());
        }
    }
}
