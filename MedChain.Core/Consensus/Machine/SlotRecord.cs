using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Payload of the log's records about one slot.</summary>
/// <param name="Message">The own signed vote as sent; empty when there is none.</param>
/// <param name="Certificate">The certificate, if the record is about one.</param>
/// <param name="Cut">The cut; <see langword="null"/> for the NULL value.</param>
internal sealed record SlotRecord(ReadOnlyMemory<byte> Message, VoteCertificate? Certificate, Cut? Cut) : ICanonical<SlotRecord>
{
    private const int MaxVoteBytes = 512;

    void ICanonical<SlotRecord>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Message.Span);
        writer.WriteOptional(Certificate);
        writer.WriteOptional(Cut);
    }

    static SlotRecord ICanonical<SlotRecord>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new SlotRecord(reader.ReadBytes(MaxVoteBytes), reader.ReadOptional<VoteCertificate>(), reader.ReadOptional<Cut>());
    }
}
