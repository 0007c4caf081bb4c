using MedChain.Core.Contracts.Bytecode.Verification;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>The committed contracts and their state, as an execution finds them. Deterministic: the same block, the same answers.</summary>
internal interface IContractHost
{
    /// <summary>The code of a contract, or <see langword="null"/> when there is none of that name.</summary>
    Module? Find(EntityUid contract);

    /// <summary>The weight of a slot's value, known without reading the value; <see langword="null"/> when there is none.</summary>
    int? WeightOf(ContractSlot slot);

    /// <summary>The value of a slot, or <see langword="null"/>.</summary>
    CedarValue? Read(ContractSlot slot);

    /// <summary>The first key of a variable after another one in the canonical order of values, or after none; <see langword="null"/>
    /// behind the last.</summary>
    CedarValue? NextKey(EntityUid contract, string field, CedarValue? after);
}

/// <summary>A place for a value in a contract's state.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Field">The variable's name.</param>
/// <param name="Key">The key, or <see langword="null"/> for a variable with a single value.</param>
internal sealed record ContractSlot(EntityUid Contract, string Field, CedarValue? Key);
