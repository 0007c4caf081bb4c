using MedChain.Core.Contracts.Bytecode.Execution;
using MedChain.Core.Contracts.Programs;

namespace MedChain.Core.Contracts;

/// <summary>Contracts and their state in memory: to try contracts, and to test them. Not thread safe.</summary>
public sealed class ContractStore
{
    /// <summary>Default of the most gas that a call may use; a unit is about a nanosecond.</summary>
    public const long DefaultGas = 10_000_000;

    private readonly MemoryContractHost _host = new();

    /// <summary>Puts a contract into the store. Its address is <c>Contract::"name"</c>.</summary>
    /// <param name="code">The contract.</param>
    /// <param name="name">The name in its address; that of the contract by default.</param>
    /// <returns>The address.</returns>
    /// <exception cref="ArgumentException">There is a contract of that name.</exception>
    public EntityUid Deploy(ContractCode code, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(code);
        var address = new EntityUid(ContractScope.ContractType, name ?? code.Name);
        if (!_host.Contracts.TryAdd(address, code.Module))
        {
            throw new ArgumentException($"There is a contract {address} already; choose another name.", nameof(name));
        }

        return address;
    }

    /// <summary>Calls a function. When it fails, nothing has changed and there are no effects.</summary>
    /// <param name="invocation">The call.</param>
    /// <returns>What became of it.</returns>
    public ContractReceipt Call(ContractInvocation invocation) => Execute(invocation, isView: false);

    /// <summary>Asks a view.</summary>
    /// <param name="invocation">The call; its function must be a view.</param>
    /// <returns>What became of it.</returns>
    public ContractReceipt View(ContractInvocation invocation) => Execute(invocation, isView: true);

    private ContractReceipt Execute(ContractInvocation invocation, bool isView)
    {
        ArgumentNullException.ThrowIfNull(invocation);
        var overlay = new StateOverlay(_host);
        ContractOutcome outcome = new Machine().Execute(invocation.ToCall(isView), _host, overlay);
        if (outcome.Trap == Trap.None)
        {
            _host.Commit(overlay);
        }

        return new ContractReceipt(outcome.Trap == Trap.None, outcome.Message, outcome.Result, outcome.GasUsed, outcome.Effects);
    }
}
