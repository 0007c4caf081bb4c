using MedChain.Core.Contracts;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>One thing that a call of a contract did beside its state.</summary>
/// <param name="Height">The block that holds the call.</param>
/// <param name="Time">Block time.</param>
/// <param name="Caller">The account that called.</param>
/// <param name="Effect">The event, obligation or use.</param>
/// <param name="Proof">That the call and its receipt are on the chain; <see langword="null"/> while the block is not yet sealed.</param>
public sealed record ContractLogEntry(BlockHeight Height, DateTimeOffset Time, AccountId Caller, ContractEffect Effect, ChainProof? Proof);
