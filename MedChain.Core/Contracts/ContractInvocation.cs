using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Execution;

namespace MedChain.Core.Contracts;

/// <summary>A call of a contract's function.</summary>
/// <param name="Contract">The contract's address.</param>
/// <param name="Function">Name of the function.</param>
/// <param name="Arguments">The arguments in order.</param>
/// <param name="Caller">Who calls: <c>principal</c> in the contract.</param>
/// <param name="Time">The time of the block in milliseconds since the Unix epoch: <c>context.now</c>.</param>
/// <param name="Height">The height of the block: <c>context.height</c>.</param>
public sealed record ContractInvocation(
    EntityUid Contract, string Function, ImmutableArray<CedarValue> Arguments, EntityUid Caller, long Time, long Height)
{
    /// <summary>Gets what is known about entities; nothing by default.</summary>
    public EntityStore Entities { get; init; } = EntityStore.Empty;

    /// <summary>Gets the most gas that may be used.</summary>
    public long Gas { get; init; } = ContractStore.DefaultGas;

    internal ContractCall ToCall(bool isView)
    {
        var context = new RecordValue(new Dictionary<string, CedarValue>
        {
            ["height"] = new LongValue(Height),
            ["now"] = new DateTimeValue(Time),
        });
        var request = new AuthorizationRequest(Caller, new EntityUid("Action", Function), Contract, context);
        return new ContractCall(Contract, Function, Arguments, request, Entities, Gas, isView);
    }
}
