using MedChain.Core.Contracts.Bytecode.Verification;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>Contracts and their committed state in memory. Not thread safe.</summary>
internal sealed class MemoryContractHost : IContractHost
{
    private readonly Dictionary<ContractSlot, CedarValue> _state = [];
    private readonly Dictionary<(EntityUid Contract, string Field), SortedList<CedarValue, bool>> _keys = [];

    public Dictionary<EntityUid, Module> Contracts { get; } = [];

    /// <summary>Gets the values of all slots.</summary>
    public IReadOnlyDictionary<ContractSlot, CedarValue> State => _state;

    public Module? Find(EntityUid contract) => Contracts.GetValueOrDefault(contract);

    public int? WeightOf(ContractSlot slot) => Read(slot)?.Weight;

    public CedarValue? Read(ContractSlot slot) => _state.GetValueOrDefault(slot);

    public CedarValue? NextKey(EntityUid contract, string field, CedarValue? after)
    {
        if (!_keys.TryGetValue((contract, field), out SortedList<CedarValue, bool>? keys))
        {
            return null;
        }

        // Halving finds the first key behind the other one, whether that is still there or not.
        int from = 0;
        int end = keys.Count;
        while (after is not null && from < end)
        {
            int middle = from + ((end - from) / 2);
            bool isBehind = CedarValue.Compare(keys.GetKeyAtIndex(middle), after) > 0;
            (from, end) = isBehind ? (from, middle) : (middle + 1, end);
        }

        return from < keys.Count ? keys.GetKeyAtIndex(from) : null;
    }

    /// <summary>Takes over what an execution changed.</summary>
    public void Commit(StateOverlay overlay)
    {
        foreach ((ContractSlot slot, CedarValue? value) in overlay.WriteSet)
        {
            Set(slot, value);
        }
    }

    /// <summary>Sets a slot, or deletes it with <see langword="null"/>.</summary>
    public void Set(ContractSlot slot, CedarValue? value)
    {
        if (value is null)
        {
            _state.Remove(slot);
        }
        else
        {
            _state[slot] = value;
        }

        if (slot.Key is not null)
        {
            SetKey(slot, isThere: value is not null);
        }
    }

    private void SetKey(ContractSlot slot, bool isThere)
    {
        if (!_keys.TryGetValue((slot.Contract, slot.Field), out SortedList<CedarValue, bool>? keys))
        {
            keys = new SortedList<CedarValue, bool>(Comparer<CedarValue>.Create(CedarValue.Compare));
            _keys.Add((slot.Contract, slot.Field), keys);
        }

        if (isThere)
        {
            keys[slot.Key!] = true;
        }
        else
        {
            keys.Remove(slot.Key!);
        }
    }
}
