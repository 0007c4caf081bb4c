namespace MedChain.Core.Consensus.Messages;

/// <summary>The two voting phases of a slot.</summary>
internal enum VotePhase
{
    Prepare = 0,
    Commit = 1,
}
