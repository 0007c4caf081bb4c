using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>What a contract wants to happen beside its state, in order. Nothing of it happens when the execution fails.</summary>
internal abstract record ContractEffect(EntityUid Contract)
{
    /// <summary>An event.</summary>
    internal sealed record Emitted(EntityUid Contract, string Name, ImmutableArray<CedarValue> Values) : ContractEffect(Contract);

    /// <summary>Something that somebody has to do.</summary>
    internal sealed record Obliged(EntityUid Contract, string Name, string Detail) : ContractEffect(Contract);

    /// <summary>Uses that count against a limit.</summary>
    internal sealed record Consumed(EntityUid Contract, string Counter, long Amount) : ContractEffect(Contract);
}
