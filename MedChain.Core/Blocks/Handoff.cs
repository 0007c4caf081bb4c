using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Blocks;

/// <summary>The handoff certificate: an epoch's validators sealed its last block, whose header names the next epoch's validators by their
/// hash.</summary>
/// <param name="Header">The epoch's last header.</param>
/// <param name="Seal">A quorum of the epoch's validators over it.</param>
/// <param name="Next">The next epoch's validators.</param>
public sealed record Handoff(BlockHeader Header, SealCertificate Seal, ValidatorSet Next) : ICanonical<Handoff>
{
    /// <summary>Says whether this ends an epoch.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="epoch">The epoch that it ends.</param>
    /// <param name="validators">That epoch's validators.</param>
    /// <returns><see langword="false"/> for a wrong certificate of any form.</returns>
    public bool Verify(ChainId chain, long epoch, ValidatorSet validators) =>
        Header.Chain == chain
        && Header.Epoch == epoch
        && Header.EndsEpoch
        && Header.NextValidators == Next.Hash
        && Seal.Verify(Header, validators);

    void ICanonical<Handoff>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Header);
        writer.Write(Seal);
        writer.Write(Next);
    }

    static Handoff ICanonical<Handoff>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new Handoff(reader.Read<BlockHeader>(), reader.Read<SealCertificate>(), reader.Read<ValidatorSet>());
    }
}
