using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Contracts;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>What a chain says about a variable of a contract.</summary>
/// <param name="Contract">The contract's address.</param>
/// <param name="Variable">The variable's name.</param>
/// <param name="Key">The key in a map; <see langword="null"/> for a variable with a single value.</param>
/// <param name="Value">The value; <see langword="null"/> when there is none.</param>
/// <param name="Height">The height of the state that was read; 0 when nothing was sealed yet.</param>
/// <param name="Proof">The proof; <see langword="null"/> for <see cref="Nodes.ReadMode.Local"/>, and when there is no value: that nothing
/// is there is not proved.</param>
public sealed record ContractVariable(
    EntityUid Contract, string Variable, CedarValue? Key, CedarValue? Value, BlockHeight Height, ChainProof? Proof)
{
    /// <summary>Reads what a proof says about a variable, for whoever received the proof. Whether it is true says
    /// <see cref="ChainProof.Verify(Blocks.ValidatorHistory)"/>.</summary>
    /// <param name="proof">A proof of any origin.</param>
    /// <param name="variable">What it says, or <see langword="null"/>.</param>
    /// <returns>Whether it is about a variable of a contract.</returns>
    public static bool TryRead(ChainProof proof, [NotNullWhen(true)] out ContractVariable? variable)
    {
        ArgumentNullException.ThrowIfNull(proof);
        variable = null;
        if (proof.Fact is not ChainFact.StateEntry fact
            || !ContractVariableKey.TryRead(fact.Key.Span, out Digest contract, out string name, out CedarValue? key)
            || !Canonical.TryDecode(fact.Value, out VariableEntry? entry, out _)
            || ContractValues.TryFromBytes(entry.Bytes.Span) is not { } value)
        {
            return false;
        }

        variable = new ContractVariable(ContractAddress.Of(contract), name, key, value, proof.Header.Height, proof);
        return true;
    }
}
