using BenchmarkDotNet.Attributes;
using MedChain.Core.Blocks;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Benchmarks.Micro;

/// <summary>Instructions of state on a chain: one call that reads, walks over or writes 1,000 of a contract's 50,000 values, with the
/// state's new root. The setup prints the call's gas; expect about a nanosecond for a unit.</summary>
[MemoryDiagnoser]
public class ContractStateBenchmarks
{
    private const int Values = 50_000;
    private const int Fill = 2_000;
    private const string Text = """
        contract Shelf {
          state items: Map<Long, Long>;
          fn write(from: Long, to: Long) { let i = from; while i < to { items[i] = i + from; i += 1; } }
          fn read(from: Long, to: Long) { let i = from; let sum = 0; while i < to { sum += items[i]; i += 1; } }
          fn walk(from: Long, to: Long) { let left = to - from; for key in items { left -= 1; if left == 0 { return; } } }
        }
        """;

    private ContractRules _rules = null!;
    private AccountId _caller;
    private Digest _contract;
    private StateTree _tree = StateTree.Empty;

    [Params("read", "walk", "write")]
    public string Function { get; set; } = "";

    [GlobalSetup]
    public void FillState()
    {
        using SigningKey key = SigningKey.Create();
        using SigningKey operatorKey = SigningKey.Create();
        using DecryptionKey agreement = DecryptionKey.Create();
        var validators = new ValidatorSet([new Validator(key.PublicKey, agreement.PublicKey, operatorKey.PublicKey)]);
        var genesis = new Genesis(ChainKind.Account, "benchmark", validators, key.PublicKey, agreement.PublicKey);
        ContractCode code = ContractVm.CompileContract(Text, MedicalSchema.Default).Contract!;
        _rules = new ContractRules(genesis);
        _caller = genesis.Administrator;
        _contract = ContractEntry.Name(genesis.Chain, _caller, "shelf", code.Id);

        var state = new LedgerState(StateTree.Empty);
        SharedRules.WriteGenesis(state, genesis);
        Proof.That(_rules.Deploy(state, _caller, new DeployContract("shelf", code.Bytecode), NewContext()) is null, "a deployed contract");
        _tree = state.Tree;
        for (int from = 0; from < Values; from += Fill)
        {
            (_tree, _) = Call("write", from, from + Fill);
        }

        (StateTree after, long gas) = Call(Function, Values / 2, (Values / 2) + 1_000);
        Proof.That(Function != "write" || after.Root != _tree.Root, "a changed root");
        Console.WriteLine($"// {Function}: {gas} gas");
    }

    [Benchmark]
    public Digest Execute() => Call(Function, Values / 2, (Values / 2) + 1_000).Tree.Root;

    private (StateTree Tree, long Gas) Call(string function, long from, long to)
    {
        var state = new LedgerState(_tree);
        LedgerContext context = NewContext();
        var command = new CallContract(_contract, function, [new LongValue(from), new LongValue(to)], ContractRules.MaxGas);
        return _rules.Call(state, _caller, command, context) is { } failure
            ? throw new InvalidOperationException($"The benchmark would measure a failing call: {failure}")
            : (state.Tree, context.Report!.Gas);
    }

    private static LedgerContext NewContext() => new(new BlockHeight(1), 1_800_000_000_000, 0, _ => default);
}
