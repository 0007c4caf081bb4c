using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Tests.Simulation;

/// <summary>Bytes on their way. What they mean does not depend on who receives them, so they are decoded and verified once.</summary>
internal sealed class Packet(ReadOnlyMemory<byte> bytes, SimulatedProtocol protocol, Workload workload)
{
    private bool _decoded;
    private bool? _verified;
    private bool? _valid;
    private ConsensusMessage? _message;

    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>A verified packet of which the receiver reads something else than what was signed: only a negative control can do
    /// that.</summary>
    public Packet ReadAs(ConsensusMessage message) =>
        new(bytes, protocol, workload) { _decoded = true, _verified = true, _message = message };

    /// <summary>The packet as it looks to somebody who speaks another version of the wire format than the sender.</summary>
    public Packet InAnotherVersion() => new((byte[])[Envelope.Version + 1, .. bytes.Span[Math.Min(1, bytes.Length)..]], protocol, workload);

    /// <summary>Gets the message; <see langword="null"/> when the bytes are none.</summary>
    public ConsensusMessage? Message
    {
        get
        {
            if (!_decoded)
            {
                _decoded = true;
                Envelope.TryDecode(bytes, out _message, out _);
            }

            return _message;
        }
    }

    /// <summary>Gets whether signatures and certificates are good.</summary>
    public bool IsVerified => _verified ??= Message is { } message && protocol.Verify(message);

    /// <summary>Gets whether the state machine's check accepts the transactions of all its batches.</summary>
    public bool HasValidTransactions => _valid ??= Message switch
    {
        BatchMessage m => AreValid(m.Batch),
        BatchesData m => m.Batches.All(b => AreValid(b.Batch)),
        _ => true,
    };

    private bool AreValid(Batch batch) => batch.Transactions.All(t => workload.Check(t) is null);
}
