using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes;

/// <summary>A transaction in a sealed block.</summary>
/// <param name="Height">The block.</param>
/// <param name="Index">Zero-based place in the block.</param>
/// <param name="Receipt">What became of it.</param>
internal sealed record CommittedTransaction(BlockHeight Height, int Index, Receipt Receipt);
