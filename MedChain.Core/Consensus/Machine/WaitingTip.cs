using MedChain.Core.Consensus.Messages;

namespace MedChain.Core.Consensus.Machine;

/// <summary>A certified tip that waits for a cut.</summary>
/// <param name="Tip">The tip.</param>
/// <param name="Since">Since when, on the monotonic clock.</param>
/// <param name="IsTold">Whether this validator has told of it.</param>
internal readonly record struct WaitingTip(BatchReference Tip, long Since, bool IsTold = false);
