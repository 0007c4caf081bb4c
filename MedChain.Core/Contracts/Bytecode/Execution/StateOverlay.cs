namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>Changes to the state of contracts that are not committed yet, over what the host has. Can go back to any checkpoint, and knows
/// what was read and what was written. Not thread safe.</summary>
internal sealed class StateOverlay(IContractHost host)
{
    private readonly Dictionary<ContractSlot, CedarValue?> _written = [];
    private readonly Dictionary<(EntityUid Contract, string Field), List<CedarValue>> _keys = [];
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
                List<CedarValue> keys = _keys[(slot.Contract, slot.Field)];
                keys.RemoveAt(keys.BinarySearch(slot.Key, Order.Instance));
            }
        }
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

        if (!_keys.TryGetValue((slot.Contract, slot.Field), out List<CedarValue>? keys))
        {
            _keys.Add((slot.Contract, slot.Field), keys = []);
        }

        keys.Insert(~keys.BinarySearch(slot.Key, Order.Instance), slot.Key);
    }

    /// <summary>The first key after another, or after none.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="field">The variable.</param>
    /// <param name="after">The key before, or <see langword="null"/>.</param>
    /// <param name="steps">How many keys were looked at.</param>
    public CedarValue? NextKey(EntityUid contract, string field, CedarValue? after, out int steps)
    {
        steps = 1;
        CedarValue? committed = host.NextKey(contract, field, after);
        while (committed is not null && _written.TryGetValue(new ContractSlot(contract, field, committed), out CedarValue? value)
            && value is null)
        {
            committed = host.NextKey(contract, field, committed);
            steps++;
        }

        CedarValue? written = NextWritten(contract, field, after, ref steps);
        CedarValue? next = written is null || (committed is not null && CedarValue.Compare(committed, written) < 0) ? committed : written;
        if (next is not null)
        {
            _read.Add(new ContractSlot(contract, field, next));
        }

        return next;
    }

    private CedarValue? NextWritten(EntityUid contract, string field, CedarValue? after, ref int steps)
    {
        if (!_keys.TryGetValue((contract, field), out List<CedarValue>? keys))
        {
            return null;
        }

        int at = after is null ? 0 : keys.BinarySearch(after, Order.Instance);
        at = after is null ? 0 : at < 0 ? ~at : at + 1;
        while (at < keys.Count && _written[new ContractSlot(contract, field, keys[at])] is null)
        {
            at++;
            steps++;
        }

        return at < keys.Count ? keys[at] : null;
    }

    private sealed class Order : IComparer<CedarValue>
    {
        public static readonly Order Instance = new();

        public int Compare(CedarValue? x, CedarValue? y) => CedarValue.Compare(x!, y!);
    }
}
