using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation.Adversary;

/// <summary>All that a lying validator can sign: whatever it likes, with its own key and no other.</summary>
internal sealed class OwnKey(SimulatedProtocol protocol, SimulatedNode node)
{
    /// <summary>Gets the index that it has in its epoch; −1 when it only follows.</summary>
    public int Index => IndexIn(node.Epoch);

    /// <summary>The index that it has in an epoch; −1 for none.</summary>
    public int IndexIn(long epoch) => protocol.IndexOf(node.Validator, epoch);

    /// <summary>Signs a changed message again, as far as it can still be read.</summary>
    public ReadOnlyMemory<byte> Sign(ReadOnlyMemory<byte> bytes) =>
        Envelope.TryDecode(bytes, out ConsensusMessage? message, out _) ? Envelope.Encode(Sign(message)) : bytes;

    public ConsensusMessage Sign(ConsensusMessage message) => message switch
    {
        BatchMessage m => new BatchMessage(Sign(m.Batch.Header, m.Batch.Transactions)),
        FixAck m => m with { Signature = Sign(m.Reference.AckStatement(protocol.Chain, m.Epoch)) },
        PrePrepare m => m with { Signature = Sign(m.Statement(protocol.VotingChain)) },
        Vote m => m with { Signature = Sign(m.Statement(protocol.VotingChain)) },
        SealVote m => m with { Signature = Sign(SealCertificate.Statement(protocol.Chain, m.Epoch, m.Height, m.HeaderHash)) },
        ViewChange m => m with { Signature = Sign(m.Statement(protocol.VotingChain)) },
        NewView m => m with { Signature = Sign(m.Statement(protocol.VotingChain)) },
        _ => message,
    };

    /// <summary>A batch of other transactions at a place of a lane.</summary>
    public Batch Sign(BatchHeader place, IReadOnlyList<ReadOnlyMemory<byte>> transactions)
    {
        ReadOnlyMemory<byte> payload = Batch.EncodePayload(transactions);
        var header = new BatchHeader(
            place.Chain,
            place.Epoch,
            place.Lane,
            place.Incarnation,
            place.Height,
            place.Parent,
            transactions.Count,
            payload.Length,
            Digest.Of(payload.Span));
        return Batch.Create(header, Sign(header.Statement()), payload);
    }

    public Signature Sign(ReadOnlySpan<byte> statement) => protocol.Signatures.Sign(node.Validator, statement);
}
