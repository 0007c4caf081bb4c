using MedChain.Benchmarks.Modules;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Primitives;
using MedChain.Core.Storage.Memory;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Contracts;

/// <summary>Bytecode that no compiler made, on a chain: it is refused, or its calls end as values, alike on two validators.</summary>
[TestFixture]
public sealed class HostileModuleTests
{
    private const int Modules = 5_000;

    private static readonly Module[] Seeds =
    [
        .. OpcodeTable.All.Select(rule => rule.Opcode).Where(OpcodePrograms.CanRepeat).Select(opcode => OpcodePrograms.Of(opcode, 2)),
    ];

    [TestCase(1)]
    [TestCase(2)]
    public void Mutated_contracts_are_refused_or_called_and_never_stop_a_validator(int seed)
    {
        using var on = new ContractChain();
        LedgerExecutor other = on.Chain.NewExecutor(new MemoryStateStore(), on.Chain.Blobs);
        foreach (LedgerChain.Block block in on.Chain.Blocks)
        {
            Execute(other, block);
        }

        var random = new Random(seed);
        var mutator = new ModuleMutator(random);
        int deployed = 0;
        int called = 0;
        for (int i = 0; i < Modules; i++)
        {
            var deployment = new DeployContract("hostile", mutator.Mutate(Seeds[random.Next(Seeds.Length)]));
            if (ContractRules.Problem(deployment) is not null)
            {
                continue; // Not ordered by an honest validator, and without effect when ordered.
            }

            Receipt receipt = on.Chain.Send(on.Chain.Administrator, deployment);
            Assert.That(receipt.Status is ReceiptStatus.Applied or ReceiptStatus.Refused, receipt.Reason);
            Execute(other, on.Chain.Blocks[^1]);
            if (receipt.Status == ReceiptStatus.Applied && Module.TryVerify(deployment.Module.Span, out Module? module, out _))
            {
                deployed++;
                called += Call(on, other, module, random);
            }
        }

        Assert.That(deployed, Is.Positive, "Some of them are modules.");
        Assert.That(called, Is.Positive);
        on.Chain.Restart();
        Assert.That(on.Chain.Executor.Current.Tree.Root, Is.EqualTo(other.Current.Tree.Root));
    }

    private static int Call(ContractChain on, LedgerExecutor other, Module module, Random random)
    {
        Digest name = ContractEntry.Name(on.Chain.Genesis.Chain, on.Chain.Genesis.Administrator, "hostile", module.Id);
        CedarValue[] values =
        [
            new LongValue(random.Next(-3, 3)), new StringValue("text"), BooleanValue.True, on.ValueOf(on.Anna), new SetValue([]),
            RecordValue.Empty, new DateTimeValue(1), new DurationValue(1), new DecimalValue(1),
            new EntityValue(ContractAddress.Of(name)),
        ];
        int called = 0;
        foreach (ExportedFunction export in module.Content.Exports)
        {
            int parameters = module.Functions[export.Function].Declaration.Parameters.Length;
            CedarValue[] arguments = [.. Enumerable.Range(0, parameters).Select(_ => values[random.Next(values.Length)])];
            string function = module.Constants[export.Name].Text;
            if (System.Text.Encoding.UTF8.GetByteCount(function) <= CallContract.MaxFunctionBytes)
            {
                Receipt receipt = on.Chain.Send(on.Anna, new CallContract(name, function, [.. arguments], 200_000));
                Assert.That(receipt.Status is ReceiptStatus.Applied or ReceiptStatus.Refused, receipt.Reason);
                Assert.That(receipt.Call!.Gas, Is.InRange(0L, 200_000L));
                Execute(other, on.Chain.Blocks[^1]);
                called++;
            }
        }

        return called;
    }

    private static void Execute(LedgerExecutor executor, LedgerChain.Block block)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> receipts = executor.ExecuteAsync(
            block.Header.Height, block.Header.Time, block.Header.Epoch, block.Transactions, CancellationToken.None)
            .AsTask().GetAwaiter().GetResult();
        Assert.That(executor.Current.Tree.Root, Is.EqualTo(block.Header.StateRoot));
        Assert.That(receipts.Select(r => Canonical.Decode<Receipt>(r).Status),
            Is.EqualTo(block.Receipts.Select(r => Canonical.Decode<Receipt>(r).Status)));
    }
}
