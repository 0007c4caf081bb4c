using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>Everything known of one slot.</summary>
internal sealed class Slot(SlotNumber number, int validators)
{
    public SlotNumber Number { get; } = number;

    /// <summary>Gets or sets the proposal accepted in the highest view so far.</summary>
    public Proposal? Proposal { get; set; }

    /// <summary>Gets or sets the proposal's message, when this validator is its leader: sent again as it is.</summary>
    public PrePrepare? OwnPrePrepare { get; set; }

    /// <summary>Gets the proposals that came before it could be told whether their proposer leads: for a view not entered yet, or for a
    /// term that begins after blocks not delivered yet. One of each proposer, so nobody displaces another's.</summary>
    public PrePrepare?[] Early { get; } = new PrePrepare?[validators];

    public bool HasEarly { get; set; }

    /// <summary>Gets or sets the own last Prepare.</summary>
    public Vote? Prepared { get; set; }

    /// <summary>Gets or sets the cut of <see cref="Prepared"/>; <see langword="null"/> for NULL.</summary>
    public Cut? AcceptedCut { get; set; }

    /// <summary>Gets or sets the ticket of <see cref="Prepared"/>.</summary>
    public long PreparedTicket { get; set; }

    /// <summary>Gets or sets the PreparedCert of the highest view.</summary>
    public VoteCertificate? PreparedCertificate { get; set; }

    /// <summary>Gets or sets the cut of <see cref="PreparedCertificate"/>.</summary>
    public Cut? PreparedCut { get; set; }

    /// <summary>Gets or sets the own last Commit.</summary>
    public Vote? Committed { get; set; }

    /// <summary>Gets or sets the ticket of <see cref="Committed"/>.</summary>
    public long CommittedTicket { get; set; }

    /// <summary>Gets or sets the CommitCert: the slot is decided.</summary>
    public VoteCertificate? Decision { get; set; }

    /// <summary>Gets or sets the decided cut; <see langword="null"/> for NULL, or while <see cref="DecisionKnown"/> is unset.</summary>
    public Cut? DecidedCut { get; set; }

    /// <summary>Gets or sets whether the decided value is at hand and not only its digest.</summary>
    public bool DecisionKnown { get; set; }

    /// <summary>Gets or sets the ticket of the decision's record.</summary>
    public long DecidedTicket { get; set; }

    public VoteSet Prepares { get; } = new(validators);

    public VoteSet Commits { get; } = new(validators);

    public bool IsDecided => Decision is not null;
}

/// <summary>A value proposed for a slot in a view.</summary>
/// <param name="View">The view.</param>
/// <param name="Value">Digest of the cut, or of the NULL value.</param>
/// <param name="Cut">The cut; <see langword="null"/> for NULL.</param>
/// <param name="Carried">Whether it follows from a NewView and not from a leader's free choice.</param>
/// <param name="Message">The leader's message, when it came from one.</param>
internal sealed record Proposal(ViewNumber View, Digest Value, Cut? Cut, bool Carried, PrePrepare? Message = null);
