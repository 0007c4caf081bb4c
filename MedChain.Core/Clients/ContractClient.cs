using System.Collections.Immutable;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Execution;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>An account's side of the contracts of its chain: deploys them, calls them, asks views, reads variables and events. Thread
/// safe.</summary>
public sealed class ContractClient
{
    private readonly HostedChain _chain;
    private readonly ChainClient _client;
    private readonly StateReader _reader;
    private readonly ModuleCache _modules = new();

    internal ContractClient(HostedChain chain, ChainClient client, AccountKind kind)
    {
        _chain = chain;
        _client = client;
        _reader = new StateReader(chain, client);
        Caller = AccountEntity.Of(kind, client.Account);
    }

    /// <summary>Gets the account as contracts know it: <c>principal</c> in its calls.</summary>
    public EntityUid Caller { get; }

    /// <summary>Says at which address a contract is, or would be, when this account deploys it.</summary>
    /// <param name="code">The contract.</param>
    /// <param name="label">Tells deployments of the same code apart, 1 to 64 bytes; the contract's name by default.</param>
    /// <returns>The address.</returns>
    /// <exception cref="ArgumentException">The label has another length.</exception>
    public EntityUid AddressOf(ContractCode code, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(code);
        return ContractAddress.Of(ContractEntry.Name(_chain.Genesis.Chain, _client.Account, CheckLabel(label ?? code.Name), code.Id));
    }

    /// <summary>Deploys a contract, or finds it when this account has deployed it. Every validator verifies the bytecode. It cannot be
    /// changed or taken back.</summary>
    /// <param name="code">The contract.</param>
    /// <param name="label">Tells deployments of the same code apart, 1 to 64 bytes; the contract's name by default.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The contract's address, once a quorum has sealed it.</returns>
    /// <exception cref="ArgumentException">The label has another length.</exception>
    /// <exception cref="RefusedException">The account is not the chain's administrator, or the chain has too many contracts.</exception>
    public async Task<EntityUid> DeployAsync(ContractCode code, string? label = null, CancellationToken cancellationToken = default)
    {
        EntityUid address = AddressOf(code, label);
        if (_chain.Read().Get<ContractEntry>(StateKey.Contract(ContractAddress.Read(address))) is null)
        {
            RefusedException.ThrowIfNotApplied(await _client.SendAsync(
                new DeployContract(label ?? code.Name, code.Bytecode), [], cancellationToken).ConfigureAwait(false));
        }

        return address;
    }

    /// <summary>Calls a function in the name of this account. When the call fails, nothing has changed: the receipt says why, and is on the
    /// chain like one of success.</summary>
    /// <param name="contract">The contract's address.</param>
    /// <param name="function">Name of the function, at most 256 bytes.</param>
    /// <param name="arguments">The arguments in order, at most 64, of 64 KiB together.</param>
    /// <param name="gas">The most gas that it may use, 1 to <see cref="ContractStore.DefaultGas"/>, which is the default.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>What became of the call, once a quorum has sealed it. The failure's text has at most 256 characters.</returns>
    /// <exception cref="ArgumentException">The call cannot be written as a transaction: an argument says what is too large.</exception>
    /// <exception cref="RefusedException">The contract was not executed: the account is not registered, or the block's gas was used
    /// up.</exception>
    public async Task<ContractReceipt> CallAsync(
        EntityUid contract,
        string function,
        ImmutableArray<CedarValue> arguments,
        long gas = ContractStore.DefaultGas,
        CancellationToken cancellationToken = default)
    {
        CallContract call = MakeCall(contract, function, arguments, gas);
        CommittedTransaction sent = await _client.SendAsync(call, [], cancellationToken).ConfigureAwait(false);
        if (sent.Receipt.Call is not { } report)
        {
            RefusedException.ThrowIfNotApplied(sent);
            throw new InvalidOperationException($"The receipt of a call in block {sent.Height} does not say what it cost.");
        }

        bool succeeded = sent.Receipt.Status == ReceiptStatus.Applied;
        return new ContractReceipt(succeeded, succeeded ? null : sent.Receipt.Reason, report.Result, report.Gas, report.Effects);
    }

    /// <summary>Asks a view. Costs nothing and leaves no trace, but for an ordered read.</summary>
    /// <param name="contract">The contract's address.</param>
    /// <param name="function">Name of the view.</param>
    /// <param name="arguments">The arguments in order.</param>
    /// <param name="mode">What the answer must be worth.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The answer, or why there is none.</returns>
    /// <exception cref="ArgumentException">The call cannot be written as a transaction.</exception>
    /// <exception cref="InvalidOperationException">The read must be ordered, and all validators in this process have stopped.</exception>
    public async Task<ContractView> ViewAsync(
        EntityUid contract,
        string function,
        ImmutableArray<CedarValue> arguments,
        ReadMode mode = ReadMode.Local,
        CancellationToken cancellationToken = default)
    {
        CallContract call = MakeCall(contract, function, arguments, ContractRules.MaxGas);
        ReadableState read = await _reader.OpenAsync(mode, cancellationToken).ConfigureAwait(false);
        LedgerState state = read.Snapshot.Read();
        if (ContractRules.Prepare(
                _chain.Genesis, state, _client.Account, call, read.Snapshot.Height, read.Time, isView: true) is not { } prepared)
        {
            return new ContractView(
                new ContractReceipt(false, $"Account {_client.Account} is not registered.", null, 0, []), read.Snapshot.Height, []);
        }

        var host = new LedgerContractHost(state, _modules);
        var overlay = new StateOverlay(host);
        ContractOutcome outcome = new Machine().Execute(prepared, host, overlay);
        IEnumerable<StateKey> keys = host.Found.Select(StateKey.Contract)
            .Concat(host.Found.Select(c => StateKey.Bytecode(state.Get<ContractEntry>(StateKey.Contract(c))!.Module)).Distinct())
            .Concat(overlay.ReadSet.Select(host.KeyOf));
        return new ContractView(
            new ContractReceipt(outcome.Trap == Trap.None, outcome.Message, outcome.Result, outcome.GasUsed, outcome.Effects),
            read.Snapshot.Height,
            read.Sealed is { } sealedState ? [.. keys.Select(sealedState.Prove).OfType<ChainProof>()] : []);
    }

    /// <summary>Reads a value of a contract's variable.</summary>
    /// <param name="contract">The contract's address.</param>
    /// <param name="variable">Name of the variable.</param>
    /// <param name="key">The key in a map; <see langword="null"/> for a variable with a single value.</param>
    /// <param name="mode">What the answer must be worth.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The value, or that there is none. A first value that the contract declares is none until it is assigned.</returns>
    /// <exception cref="ArgumentException">The contract is no address on a chain, or name or key are longer than any in a
    /// state.</exception>
    /// <exception cref="InvalidOperationException">The read must be ordered, and all validators in this process have stopped.</exception>
    public async Task<ContractVariable> ReadAsync(
        EntityUid contract,
        string variable,
        CedarValue? key = null,
        ReadMode mode = ReadMode.Local,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(variable);
        StateKey place = ContractVariableKey.Of(ContractAddress.Read(contract), variable, key);
        StateReading<VariableEntry> read =
            await _reader.ReadAsync<VariableEntry>(place, mode, cancellationToken).ConfigureAwait(false);
        return new ContractVariable(contract, variable, key, read.Value?.Value, read.Height, read.Proof);
    }

    /// <summary>Lists events, obligations and uses of calls that succeeded, oldest first.</summary>
    /// <param name="contract">Only those of this contract; of all when omitted.</param>
    /// <param name="from">Only those of this block and later ones; of all that the validator keeps by default.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The entries.</returns>
    public IAsyncEnumerable<ContractLogEntry> EventsAsync(
        EntityUid? contract = null, BlockHeight from = default, CancellationToken cancellationToken = default) =>
        ContractLog.ReadAsync(_chain, contract, from, cancellationToken);

    private static string CheckLabel(string label)
    {
        int bytes = System.Text.Encoding.UTF8.GetByteCount(label);
        return bytes is > 0 and <= DeployContract.MaxLabelBytes
            ? label
            : throw new ArgumentException($"The label has {bytes} bytes; pass 1 to {DeployContract.MaxLabelBytes}.", nameof(label));
    }

    private static CallContract MakeCall(EntityUid contract, string function, ImmutableArray<CedarValue> arguments, long gas)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(function);
        ArgumentOutOfRangeException.ThrowIfLessThan(gas, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(gas, ContractRules.MaxGas);
        ImmutableArray<CedarValue> values = arguments.IsDefault ? [] : arguments;
        int name = System.Text.Encoding.UTF8.GetByteCount(function);
        long bytes = values.Sum(value => (long)ContractValues.ToBytes(value).Length);
        return name <= CallContract.MaxFunctionBytes && values.Length <= CallContract.MaxArguments && bytes <= CallContract.MaxArgumentBytes
            ? new CallContract(ContractAddress.Read(contract), function, values, gas)
            : throw new ArgumentException(
                $"The function's name has {name} bytes and its {values.Length} arguments {bytes}; the limits are "
                + $"{CallContract.MaxFunctionBytes}, {CallContract.MaxArguments} and {CallContract.MaxArgumentBytes}.");
    }
}
