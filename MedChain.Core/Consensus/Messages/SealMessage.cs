using MedChain.Core.Blocks;
using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Messages;

/// <summary>To a peer whose acceptance window lags: the best seal certificate.</summary>
internal sealed record SealMessage(SealCertificate Certificate) : ConsensusMessage, ICanonical<SealMessage>
{
    public override MessageKind Kind => MessageKind.SealCertificate;

    public override long Epoch { get; init; } = Certificate.Epoch;

    void ICanonical<SealMessage>.Write(ref CanonicalWriter writer) => writer.Write(Certificate);

    static SealMessage ICanonical<SealMessage>.Read(ref CanonicalReader reader) => new(reader.Read<SealCertificate>());
}
