using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>The state after one block. Immutable, so it may be read while later blocks execute.</summary>
/// <param name="Height">Height of the block; 0 for the genesis state.</param>
/// <param name="Time">Block time in milliseconds since the Unix epoch; 0 for the genesis state or when it is not known.</param>
/// <param name="Tree">The state.</param>
internal sealed record LedgerSnapshot(BlockHeight Height, long Time, StateTree Tree)
{
    /// <summary>A view for reading; writes to it reach nobody.</summary>
    public LedgerState Read() => new(Tree);
}
