using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>The few numbers that all parts of a machine look at.</summary>
internal sealed class ReplicaState
{
    /// <summary>Gets or sets the view: no vote is ever given in a lower one.</summary>
    public ViewNumber View { get; set; }

    /// <summary>Gets or sets whether the view was entered; if not, this validator waits for its NewView.</summary>
    public bool Active { get; set; } = true;

    /// <summary>Gets or sets the last slot that the view's beginning decided over; the slots above are free to propose.</summary>
    public long ViewStart { get; set; }

    /// <summary>Gets or sets the view in which this validator may have proposed before it restarted, and so must propose nothing
    /// more.</summary>
    public ViewNumber? SpentView { get; set; }

    /// <summary>Gets or sets who failed to lead, as of <see cref="Ordered"/>.</summary>
    public LeaderHistory Leaders { get; set; } = LeaderHistory.Empty;

    /// <summary>Gets or sets the best seal certificate held.</summary>
    public SealCertificate? Base { get; set; }

    /// <summary>Gets the last block of the epoch before: nothing of this epoch is at or below it.</summary>
    public long Start { get; init; }

    /// <summary>Gets <see cref="MachineSettings.SlotsAfterEnd"/>.</summary>
    public long SlotsAfterEnd { get; init; }

    /// <summary>Gets the height of <see cref="Base"/>, or where the epoch starts: the acceptance window starts above it.</summary>
    public long BaseHeight => Base?.Height.Value ?? Start;

    /// <summary>Gets the last slot of the epoch, once a block that is stored here has chosen the next validators.</summary>
    public long? LastSlot { get; private set; }

    /// <summary>Gets the last slot that is voted for in the epoch, as far as it is known.</summary>
    public long LastVoted => LastSlot + SlotsAfterEnd ?? long.MaxValue;

    /// <summary>Gets the validators of the next epoch, once they are chosen.</summary>
    public ValidatorSet? Next { get; private set; }

    /// <summary>Gets or sets the last slot up to which all are decided.</summary>
    public long Decided { get; set; }

    /// <summary>Gets or sets the last slot whose block was handed to execution.</summary>
    public long Ordered { get; set; }

    /// <summary>Gets or sets the last block that is executed and stored.</summary>
    public long Stored { get; set; }

    /// <summary>Gets or sets the first block that the store keeps.</summary>
    public long First { get; set; } = 1;

    /// <summary>Gets or sets whether the state after the last stored block is missing here, since a crash or because it was lost.</summary>
    public bool LacksState { get; set; }

    /// <summary>Gets or sets whether another state is about to take the place of this validator's own.</summary>
    public bool AwaitsState { get; set; }

    /// <summary>Gets whether no further block is handed to execution.</summary>
    public bool IsSuspended => LacksState || AwaitsState;

    /// <summary>Gets or sets whether this validator may vote: not after its log was damaged or lost.</summary>
    public bool CanVote { get; set; } = true;

    /// <summary>Gets or sets whether an invariant was broken; nothing happens any more.</summary>
    public bool Halted { get; set; }

    /// <summary>The epoch's last blocks have begun: takes over the choice of the next validators.</summary>
    public void EndAfter(ChosenValidators chosen)
    {
        LastSlot = chosen.Last.Value;
        Next = chosen.Validators;
    }

    /// <summary>Whether a slot is certainly of this epoch: every block that could end the epoch before it is stored here, and none
    /// does.</summary>
    public bool IsInEpoch(long slot) => slot <= Stored + ChosenValidators.Distance && slot <= LastVoted;
}
