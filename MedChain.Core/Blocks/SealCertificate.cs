using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Blocks;

/// <summary>A quorum's signatures over a header, given after each signer had delivered the block: the light-client proof and the stable
/// checkpoint.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Epoch">The signers' epoch.</param>
/// <param name="Height">The block's height.</param>
/// <param name="HeaderHash">The block's header hash.</param>
/// <param name="Signatures">At least a quorum, in ascending order of validator.</param>
public sealed record SealCertificate(
    ChainId Chain,
    long Epoch,
    BlockHeight Height,
    Digest HeaderHash,
    ImmutableArray<ValidatorSignature> Signatures) : ICanonical<SealCertificate>
{
    /// <summary>Says whether a quorum of these validators sealed this header.</summary>
    /// <param name="header">The header.</param>
    /// <param name="validators">The validators of the header's epoch.</param>
    /// <returns><see langword="false"/> for a wrong certificate of any form.</returns>
    public bool Verify(BlockHeader header, ValidatorSet validators)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(validators);
        return header.Chain == Chain
            && header.Epoch == Epoch
            && header.Height == Height
            && header.Hash == HeaderHash
            && header.Validators == validators.Hash
            && VerifySignatures(validators);
    }

    /// <summary>The bytes that a validator signs to seal a block.</summary>
    internal static byte[] Statement(ChainId chain, long epoch, BlockHeight height, Digest headerHash) =>
        Canonical.EncodeTagged("medchain/seal/v1", new SealStatement(chain, epoch, height, headerHash));

    /// <summary>Says whether the certificate holds a quorum's signatures, whatever the header.</summary>
    internal bool VerifySignatures(ValidatorSet validators) =>
        QuorumSignatures.Verify(Signatures, Statement(Chain, Epoch, Height, HeaderHash), validators, validators.Quorum);

    void ICanonical<SealCertificate>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(5);
        writer.Write(Chain);
        writer.Write(Epoch);
        writer.Write(Height);
        writer.Write(HeaderHash);
        QuorumSignatures.Write(ref writer, Signatures);
    }

    static SealCertificate ICanonical<SealCertificate>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(5);
        return new SealCertificate(
            reader.ReadChainId(), reader.ReadNonNegative(), reader.ReadHeight(), reader.ReadDigest(), QuorumSignatures.Read(ref reader));
    }

    private readonly record struct SealStatement(ChainId Chain, long Epoch, BlockHeight Height, Digest HeaderHash)
        : ICanonical<SealStatement>
    {
        void ICanonical<SealStatement>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(4);
            writer.Write(Chain);
            writer.Write(Epoch);
            writer.Write(Height);
            writer.Write(HeaderHash);
        }

        static SealStatement ICanonical<SealStatement>.Read(ref CanonicalReader reader)
        {
            reader.BeginArray(4);
            return new SealStatement(reader.ReadChainId(), reader.ReadNonNegative(), reader.ReadHeight(), reader.ReadDigest());
        }
    }
}
