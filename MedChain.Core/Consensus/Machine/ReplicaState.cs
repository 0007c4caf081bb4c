using MedChain.Core.Blocks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Machine;

/// <summary>The few numbers that all parts of a machine look at.</summary>
internal sealed class ReplicaState
{
    /// <summary>Gets or sets the view: no vote is ever given in a lower one.</summary>
    public ViewNumber View { get; set; }

    /// <summary>Gets or sets whether the view was entered; if not, this validator waits for its NewView.</summary>
    public bool Active { get; set; } = true;

    /// <summary>Gets or sets the best seal certificate held.</summary>
    public SealCertificate? Base { get; set; }

    /// <summary>Gets the height of <see cref="Base"/>: the acceptance window starts above it.</summary>
    public long BaseHeight => Base?.Height.Value ?? 0;

    /// <summary>Gets or sets the last slot up to which all are decided.</summary>
    public long Decided { get; set; }

    /// <summary>Gets or sets the last slot whose block was handed to execution.</summary>
    public long Ordered { get; set; }

    /// <summary>Gets or sets the last block that is executed and stored.</summary>
    public long Stored { get; set; }

    /// <summary>Gets or sets whether this validator may vote: not after its log was damaged or lost.</summary>
    public bool CanVote { get; set; } = true;

    /// <summary>Gets or sets whether an invariant was broken; nothing happens any more.</summary>
    public bool Halted { get; set; }
}
