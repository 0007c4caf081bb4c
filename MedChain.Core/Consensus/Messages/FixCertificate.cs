using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Messages;

/// <summary>A quorum's acknowledgements of one batch: its content is fixed, and enough honest validators hold it.</summary>
internal sealed record FixCertificate(long Epoch, BatchReference Reference, ImmutableArray<ValidatorSignature> Signatures)
    : ConsensusMessage, ICanonical<FixCertificate>
{
    public override MessageKind Kind => MessageKind.FixCertificate;

    public override long Epoch { get; init; } = Epoch;

    void ICanonical<FixCertificate>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Epoch);
        writer.Write(Reference);
        QuorumSignatures.Write(ref writer, Signatures);
    }

    static FixCertificate ICanonical<FixCertificate>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new FixCertificate(reader.ReadNonNegative(), reader.Read<BatchReference>(), QuorumSignatures.Read(ref reader));
    }
}
