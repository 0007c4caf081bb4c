using System.Globalization;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Execution;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts.BreakGlass;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Contracts;

/// <summary>Contracts with state, the same on both kinds of chain: the administrator deploys, registered accounts call. One thread
/// applies.</summary>
internal sealed class ContractRules(Genesis genesis)
{
    /// <summary>Most contracts of a chain: every validator keeps the bytecode of all in memory.</summary>
    public const int MaxContracts = 1_024;

    /// <summary>Most gas of a call: about 10 ms.</summary>
    public const long MaxGas = ContractStore.DefaultGas;

    /// <summary>Gas after which a block takes no more calls: about 0.2 s. One account's calls end at <see cref="MaxGas"/>.</summary>
    public const long MaxBlockGas = 20 * MaxGas;

    /// <summary>Most values that one contract's variables have.</summary>
    public const long MaxEntries = 65_536;

    /// <summary>Most bytes of keys and values that one contract's variables take.</summary>
    public const long MaxBytes = 16 * 1024 * 1024;

    private readonly ModuleCache _modules = new();
    private readonly Machine _machine = new();

    /// <summary>What is wrong with a command whatever the state; <see langword="null"/> for nothing.</summary>
    public static string? Problem(DeployContract command)
    {
        if (command.Label.Length == 0)
        {
            return $"A contract's label is empty; it has 1 to {DeployContract.MaxLabelBytes} bytes.";
        }

        if (!Module.TryVerify(command.Module.Span, out Module? module, out ModuleError? error))
        {
            return $"The bytecode does not verify: {error}";
        }

        return module.Content.Kind == ModuleKind.Contract ? null : "The bytecode is a policy's; contracts are deployed.";
    }

    /// <summary>What is wrong with a command whatever the state; <see langword="null"/> for nothing.</summary>
    public static string? Problem(CallContract command) => command.Gas is > 0 and <= MaxGas
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"The call may use {command.Gas} gas; allow 1 to {MaxGas}.");

    /// <summary>A call as the machine takes it, or <see langword="null"/> for a caller without an account that contracts know.</summary>
    public static ContractCall? Prepare(
        Genesis genesis, LedgerState state, AccountId sender, CallContract command, BlockHeight height, long time, bool isView)
    {
        if (state.Get<AccountEntry>(StateKey.Account(sender)) is not { } account
            || !AccountEntity.IsDeclared(account.Kind))
        {
            return null;
        }

        EntityUid caller = AccountEntity.Of(account.Kind, sender);
        var entities = new EntityStoreBuilder(MedicalSchema.Terms);
        AccountEntity.Add(entities, caller, account.Kind, account.Roles, genesis.Name, EmergencyRules.OpenReviews(state, sender));
        var invocation = new ContractInvocation(
            ContractAddress.Of(command.Contract), command.Function, command.Arguments, caller, time, height.Value)
        {
            Entities = entities.Build(),
            Gas = command.Gas,
        };
        return invocation.ToCall(isView);
    }

    public string? Deploy(LedgerState state, AccountId sender, DeployContract command, LedgerContext context)
    {
        if (sender != genesis.Administrator)
        {
            return "Only the chain's administrator deploys contracts.";
        }

        var module = Digest.Of(command.Module.Span);
        Digest name = ContractEntry.Name(genesis.Chain, sender, command.Label, module);
        if (state.Get<ContractEntry>(StateKey.Contract(name)) is not null)
        {
            return $"Contract {name} exists already: deploy the same bytecode with another label.";
        }

        if (state.Tree.Scan(StateKey.Contracts.Bytes).Count() >= MaxContracts)
        {
            return $"The chain has {MaxContracts} contracts, the most allowed.";
        }

        state.Put(StateKey.Bytecode(module), new BytecodeEntry(command.Module));
        state.Put(StateKey.Contract(name), new ContractEntry(sender, command.Label, module, context.Height));
        context.Emit(LedgerEventKind.ContractDeployed, sender, name);
        return null;
    }

    public string? Call(LedgerState state, AccountId sender, CallContract command, LedgerContext context)
    {
        if (Prepare(genesis, state, sender, command, context.Height, context.Time, isView: false) is not { } call)
        {
            return $"Account {sender} is not registered, or is of a kind that calls no contracts.";
        }

        if (state.Gas.Problem(sender) is { } spent)
        {
            return spent;
        }

        var host = new LedgerContractHost(state, _modules);
        var overlay = new StateOverlay(host);
        ContractOutcome outcome = _machine.Execute(call, host, overlay);
        state.Gas.Use(sender, outcome.GasUsed);
        if ((outcome.Message ?? Commit(state, host, overlay)) is { } failure)
        {
            context.Report = new ContractReport(outcome.GasUsed, null, []);
            return failure;
        }

        context.Report = new ContractReport(outcome.GasUsed, outcome.Result, outcome.Effects);
        context.Emit(LedgerEventKind.ContractCalled, sender, command.Contract);
        return null;
    }

    /// <summary>Writes what a call changed.</summary>
    /// <returns><see langword="null"/>, or which limit forbids it; what was written is then undone by the caller.</returns>
    private static string? Commit(LedgerState state, LedgerContractHost host, StateOverlay overlay)
    {
        var sizes = new SortedDictionary<Digest, ContractSize>();
        foreach ((ContractSlot slot, CedarValue? value) in overlay.WriteSet)
        {
            StateKey key = host.KeyOf(slot);
            Digest contract = host.NameOf(slot.Contract);
            ContractSize size = sizes.TryGetValue(contract, out ContractSize known)
                ? known
                : state.GetOrDefault<ContractSize>(StateKey.ContractSize(contract));
            ReadOnlyMemory<byte>? before = state.Tree.TryGet(key.Bytes.Span);
            size = before is { } old ? size.Add(-1, -key.Bytes.Length - old.Length) : size;
            if (value is not null)
            {
                state.Put(key, VariableEntry.Of(value));
                size = size.Add(1, key.Bytes.Length + state.Tree.TryGet(key.Bytes.Span)!.Value.Length);
            }
            else if (before is not null)
            {
                state.Remove(key);
            }

            sizes[contract] = size;
        }

        foreach ((Digest contract, ContractSize size) in sizes)
        {
            if (size.Entries > MaxEntries || size.Bytes > MaxBytes)
            {
                return $"Contract {contract} would have {size.Entries} values of {size.Bytes} bytes; {MaxEntries} and {MaxBytes} are "
                    + "allowed: delete what is no longer needed.";
            }

            state.Put(StateKey.ContractSize(contract), size);
        }

        return null;
    }
}
