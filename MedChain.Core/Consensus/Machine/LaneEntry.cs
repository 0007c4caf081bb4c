using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Consensus.Machine;

/// <summary>What is known of one batch that is not delivered yet.</summary>
internal sealed class LaneEntry(BatchHeader header)
{
    public BatchHeader Header { get; } = header;

    public BatchReference Reference { get; } = header.Reference;

    /// <summary>Gets or sets the batch; <see langword="null"/> while only its header is known.</summary>
    public Batch? Body { get; set; }

    /// <summary>Gets or sets whether the batch may be acknowledged: it came from its owner and its transactions passed the check.</summary>
    public bool Acceptable { get; set; }

    /// <summary>Gets or sets the own acknowledgement as sent, once there is one.</summary>
    public FixAck? Ack { get; set; }

    /// <summary>Gets or sets the certificate, once known.</summary>
    public FixCertificate? Certificate { get; set; }

    /// <summary>Gets or sets the slot under which the body is in the log; 0 when it is not.</summary>
    public long LoggedSlot { get; set; }

    /// <summary>Gets or sets whether a vote, and not only an acknowledgement, may need the body in the log.</summary>
    public bool IsVotedOn { get; set; }

    /// <summary>Gets or sets the ticket of the record of the body or acknowledgement, where they are logged before they are sent.</summary>
    public long LogTicket { get; set; }
}
