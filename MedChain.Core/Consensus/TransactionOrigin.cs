using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus;

/// <summary>Who sent a transaction, as far as consensus needs to know: to bound what one client may have waiting, and to pick one validator
/// that orders it.</summary>
/// <param name="Client">Names the client; the same for all its transactions.</param>
/// <param name="Nonce">The client's number of the transaction. The state machine refuses a second use; consensus does not judge
/// it.</param>
/// <param name="LastHeight">Last height at which it may be applied; 0 for no limit.</param>
public readonly record struct TransactionOrigin(Digest Client, long Nonce, BlockHeight LastHeight);
