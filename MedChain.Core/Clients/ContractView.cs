using System.Collections.Immutable;
using MedChain.Core.Contracts;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What a view answered.</summary>
/// <param name="Receipt">The answer, or why there is none; and the gas that it took, which nobody pays.</param>
/// <param name="Height">The height of the state that was asked; 0 when nothing was sealed yet.</param>
/// <param name="Proofs">Proofs of what the view read: contracts, their bytecode, and each variable that has a value
/// (<see cref="ContractVariable.TryRead"/>). None for <see cref="Nodes.ReadMode.Local"/>; that something is not there is not
/// proved.</param>
public sealed record ContractView(ContractReceipt Receipt, BlockHeight Height, ImmutableArray<ChainProof> Proofs);
