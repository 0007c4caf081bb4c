using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Transcripts;

/// <summary>What a faulty validator of a scenario signs.</summary>
internal static class Faulty
{
    public static BatchMessage MakeBatch(int lane, string text)
    {
        ReadOnlyMemory<byte> payload = Batch.EncodePayload([System.Text.Encoding.UTF8.GetBytes(text)]);
        var header = new BatchHeader(TranscriptCluster.Chain, 0, lane, 1, 1, default, 1, payload.Length, Digest.Of(payload.Span));
        return new BatchMessage(
            Batch.Create(header, TranscriptCluster.Sign(lane, header.Statement()), payload));
    }

    public static FixAck Acknowledge(int validator, BatchReference reference) => new(
        0, reference, validator, TranscriptCluster.Sign(validator, reference.AckStatement(TranscriptCluster.Chain, 0)));

    public static PrePrepare Propose(int leader, long view, long slot, long now, params BatchReference[] tips)
    {
        var cut = new Cut(
            TranscriptCluster.Chain,
            0,
            new SlotNumber(slot),
            leader,
            TranscriptCluster.WallClockStart + now,
            [.. tips],
            new ViewNumber(view));
        var message = new PrePrepare(0, cut.View, cut, default);
        return message with { Signature = TranscriptCluster.Sign(leader, message.Statement(TranscriptCluster.Chain)) };
    }

    public static Vote Prepare(int validator, PrePrepare proposal)
    {
        var vote = new Vote(VotePhase.Prepare, 0, proposal.View, proposal.Cut.Slot, proposal.Cut.Digest, validator, default);
        return vote with { Signature = TranscriptCluster.Sign(validator, vote.Statement(TranscriptCluster.Chain)) };
    }
}
