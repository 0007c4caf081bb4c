using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Execution;
using MedChain.Core.Contracts.Bytecode.Verification;

namespace MedChain.Benchmarks.Modules;

/// <summary>Contracts and their committed state in memory.</summary>
internal sealed class MemoryHost : IContractHost
{
    public Dictionary<EntityUid, Module> Contracts { get; } = [];

    public Dictionary<ContractSlot, CedarValue> State { get; } = [];

    public Module? Find(EntityUid contract) => Contracts.GetValueOrDefault(contract);

    public CedarValue? Read(ContractSlot slot) => State.GetValueOrDefault(slot);

    public CedarValue? NextKey(EntityUid contract, string field, CedarValue? after) => State.Keys
        .Where(slot => slot.Contract.Equals(contract) && slot.Field == field && slot.Key is not null
            && (after is null || CedarValue.Compare(slot.Key, after) > 0))
        .Select(slot => slot.Key)
        .Order(Comparer<CedarValue?>.Create((left, right) => CedarValue.Compare(left!, right!)))
        .FirstOrDefault();

    /// <summary>Takes over what an execution changed.</summary>
    public void Commit(StateOverlay overlay)
    {
        foreach ((ContractSlot slot, CedarValue? value) in overlay.WriteSet)
        {
            if (value is null)
            {
                State.Remove(slot);
            }
            else
            {
                State[slot] = value;
            }
        }
    }
}
