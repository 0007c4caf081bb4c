using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Execution;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Contracts;

/// <summary>The contracts of a chain and their variables, in one state.</summary>
internal sealed class LedgerContractHost(LedgerState state, ModuleCache modules) : IContractHost
{
    private readonly SortedSet<Digest> _found = [];

    /// <summary>Gets the contracts that were asked for and are there.</summary>
    public IReadOnlySet<Digest> Found => _found;

    public Module? Find(EntityUid contract)
    {
        if (!ContractAddress.TryRead(contract, out Digest name) || state.Get<ContractEntry>(StateKey.Contract(name)) is not { } entry)
        {
            return null;
        }

        _found.Add(name);
        return modules.Get(state, entry.Module);
    }

    public int? WeightOf(ContractSlot slot) => state.Get<VariableEntry>(KeyOf(slot))?.Weight;

    public CedarValue? Read(ContractSlot slot) => state.Get<VariableEntry>(KeyOf(slot))?.Value;

    public CedarValue? NextKey(EntityUid contract, string field, CedarValue? after)
    {
        ReadOnlyMemory<byte> map = KeyOf(new ContractSlot(contract, field, null)).Bytes;
        ReadOnlyMemory<byte> from = after is null ? map : KeyOf(new ContractSlot(contract, field, after)).Bytes;
        if (state.Tree.Next(from.Span) is not { } next || !next.Key.Span.StartsWith(map.Span))
        {
            return null;
        }

        return ContractVariableKey.TryRead(next.Key.Span, out _, out _, out CedarValue? key)
            ? key
            : throw new MalformedDataException($"The state has a key of variable \"{field}\" of {contract} that is none.");
    }

    /// <summary>The state key of a slot of a contract that is being executed, so its address is well formed.</summary>
    public static StateKey KeyOf(ContractSlot slot) => ContractAddress.TryRead(slot.Contract, out Digest contract)
        ? ContractVariableKey.Of(contract, slot.Field, slot.Key)
        : throw new ArgumentException($"{slot.Contract} is no address of a contract.", nameof(slot));
}
