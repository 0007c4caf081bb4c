namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>Changes to the state of contracts that are not committed yet, over what the host has. Can go back to any checkpoint, and knows
/// what was read and what was written. Not thread safe.</summary>
internal sealed class StateOverlay(IContractHost host)
{
    private static readonly Comparer<CedarValue> Order = Comparer<CedarValue>.Create(CedarValue.Compare);

    private readonly Dictionary<ContractSlot, CedarValue?> _written = [];
    private readonly Dictionary<(EntityUid Contract, string Field), SortedSet<CedarValue>> _keys = [];
    private readonly HashSet<ContractSlot> _read = [];
    private readonly List<(ContractSlot Slot, bool WasWritten, CedarValue? Before)> _journal = [];

    /// <summary>Gets the slots whose committed value mattered, in no particular order.</summary>
    public IReadOnlySet<ContractSlot> ReadSet => _read;

    /// <summary>Gets the changes: a value, or <see langword="null"/> for a deleted one; in no particular order.</summary>
    public IReadOnlyDictionary<ContractSlot, CedarValue?> WriteSet => _written;

    /// <summary>A mark to which <see cref="RollBack"/> can return.</summary>
    public int Checkpoint() => _journal.Count;

    public void RollBack(int checkpoint)
    {
        while (_journal.Count > checkpoint)
        {
            (ContractSlot slot, bool wasWritten, CedarValue? before) = _journal[^1];
            _journal.RemoveAt(_journal.Count - 1);
            if (wasWritten)
            {
                _written[slot] = before;
                continue;
            }

            _written.Remove(slot);
            if (slot.Key is not null)
            {
                _keys[(slot.Contract, slot.Field)].Remove(slot.Key);
            }
        }
    }

    /// <summary>The weight of a slot's value, which is what reading it costs; <see langword="null"/> when there is none.</summary>
    public int? WeightOf(ContractSlot slot)
    {
        if (_written.TryGetValue(slot, out CedarValue? value))
        {
            return value?.Weight;
        }

        _read.Add(slot);
        return host.WeightOf(slot);
    }

    public CedarValue? Read(ContractSlot slot)
    {
        if (_written.TryGetValue(slot, out CedarValue? value))
        {
            return value;
        }

        _read.Add(slot);
        return host.Read(slot);
    }

    /// <summary>Sets a slot, or deletes it with <see langword="null"/>.</summary>
    public void Write(ContractSlot slot, CedarValue? value)
    {
        bool wasWritten = _written.TryGetValue(slot, out CedarValue? before);
        _journal.Add((slot, wasWritten, before));
        _written[slot] = value;
        if (wasWritten || slot.Key is null)
        {
            return;
        }

        if (!_keys.TryGetValue((slot.Contract, slot.Field), out SortedSet<CedarValue>? keys))
        {
            _keys.Add((slot.Contract, slot.Field), keys = new SortedSet<CedarValue>(Order));
        }

        keys.Add(slot.Key);
    }

    /// <summary>Finds the first key after another, or after none.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="field">The variable.</param>
    /// <param name="after">The key before, or <see langword="null"/>.</param>
    /// <param name="pay">Pays for looking at one key; called before each.</param>
    /// <param name="next">The key, or <see langword="null"/> behind the last.</param>
    /// <returns><see langword="false"/> when a key could not be paid for.</returns>
    public bool TryNextKey(EntityUid contract, string field, CedarValue? after, Func<bool> pay, out CedarValue? next)
    {
        next = null;
        if (!TryNextCommitted(contract, field, after, pay, out CedarValue? committed)
            || !TryNextWritten(contract, field, after, pay, out CedarValue? written))
        {
            return false;
        }

        next = written is null || (committed is not null && CedarValue.Compare(committed, written) < 0) ? committed : written;
        if (next is not null)
        {
            _read.Add(new ContractSlot(contract, field, next));
        }

        return true;
    }

    private bool TryNextCommitted(EntityUid contract, string field, CedarValue? after, Func<bool> pay, out CedarValue? key)
    {
        key = after;
        do
        {
            if (!pay())
            {
                return false;
            }

            key = host.NextKey(contract, field, key);
        }
        while (key is not null && _written.TryGetValue(new ContractSlot(contract, field, key), out CedarValue? value) && value is null);
        return true;
    }

    private bool TryNextWritten(EntityUid contract, string field, CedarValue? after, Func<bool> pay, out CedarValue? key)
    {
        key = null;
        if (!_keys.TryGetValue((contract, field), out SortedSet<CedarValue>? keys) || keys.Max is not { } last
            || (after is not null && CedarValue.Compare(after, last) >= 0))
        {
            return true;
        }

        foreach (CedarValue candidate in after is null ? keys : keys.GetViewBetween(after, last))
        {
            if (!pay())
            {
                return false;
            }

            if (!candidate.Equals(after) && _written[new ContractSlot(contract, field, candidate)] is not null)
            {
                key = candidate;
                return true;
            }
        }

        return true;
    }
}
