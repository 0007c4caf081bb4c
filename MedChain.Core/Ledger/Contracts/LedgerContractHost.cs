using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Execution;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Contracts;

/// <summary>The contracts of a chain and their variables, in one state.</summary>
internal sealed class LedgerContractHost(LedgerState state, ModuleCache modules) : IContractHost
{
    private readonly Dictionary<EntityUid, Digest> _found = [];
    private (ContractSlot Slot, VariableEntry? Entry)? _last;

    /// <summary>Gets the contracts that were asked for and are there, in no particular order.</summary>
    public IReadOnlyCollection<Digest> Found => _found.Values;

    public Module? Find(EntityUid contract)
    {
        if (!ContractAddress.TryRead(contract, out Digest name) || state.Get<ContractEntry>(StateKey.Contract(name)) is not { } entry)
        {
            return null;
        }

        _found[contract] = name;
        return modules.Get(state, entry.Module);
    }

    public int? WeightOf(ContractSlot slot) => Find(slot)?.Weight;

    public CedarValue? Read(ContractSlot slot) => Find(slot)?.Value;

    public CedarValue? NextKey(EntityUid contract, string field, CedarValue? after)
    {
        ReadOnlyMemory<byte> map = ContractVariableKey.Of(NameOf(contract), field, null).Bytes;
        ReadOnlyMemory<byte> from = after is null ? map : ContractVariableKey.Of(NameOf(contract), field, after).Bytes;
        if (state.Tree.Next(from.Span) is not { } next || !next.Key.Span.StartsWith(map.Span))
        {
            return null;
        }

        return ContractVariableKey.TryRead(next.Key.Span, out _, out _, out CedarValue? key)
            ? key
            : throw new MalformedDataException($"The state has a key of variable \"{field}\" of {contract} that is none.");
    }

    /// <summary>The name of a contract that was found: only such contracts are executed.</summary>
    public Digest NameOf(EntityUid contract) => _found[contract];

    public StateKey KeyOf(ContractSlot slot) => ContractVariableKey.Of(NameOf(slot.Contract), slot.Field, slot.Key);

    /// <summary>A value is read right after its weight, so the entry is looked up once for both. The state does not change while the
    /// machine runs.</summary>
    private VariableEntry? Find(ContractSlot slot)
    {
        if (_last is not var (known, entry) || !ReferenceEquals(known, slot))
        {
            entry = state.Get<VariableEntry>(KeyOf(slot));
            _last = (slot, entry);
        }

        return entry;
    }
}
