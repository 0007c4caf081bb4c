using System.Collections.Immutable;
using CsCheck;
using MedChain.Core.Contracts;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Contracts;
using MedChain.Core.Primitives;
using MedChain.Core.Storage.Memory;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger.Contracts;

/// <summary>Contracts on a chain do what they do in memory, and the same on every validator and after every restart.</summary>
[TestFixture]
public sealed class ContractDeterminismTests
{
    /// <summary>Maps over each kind of key, and a walk over one of them that sees what the call itself changed.</summary>
    private const string Shelf = """
        contract Shelf {
          state texts: Map<String, Long>;
          state times: Map<datetime, String>;
          state flags: Map<Bool, Set<String>>;
          state count: Long = 0;
          event Seen(text: String, number: Long);

          fn put(text: String, number: Long) {
            texts[text] = number;
            times[datetime("2027-01-01").offset(duration("1ms"))] = text;
            flags[number < 0] = [text];
            count += 1;
            if 3 < number { fail text; }
          }

          fn take(text: String) { delete texts[text]; count -= 1; }

          fn walk(text: String, number: Long): Long {
            delete texts[text];
            let sum = 0;
            for key in texts {
              sum += texts[key] * number;
              emit Seen(key, texts[key]);
              if texts[key] < 0 { texts[key] = 1; }
            }
            return sum;
          }
        }
        """;

    private static readonly string[] Functions = ["put", "take", "walk"];

    /// <summary>Texts whose order differs between UTF-8 and UTF-16.</summary>
    private static readonly string[] Parts = ["", "a", "b", "\u0800", "\uFFFF", "😀"];

    private static readonly Gen<string> Texts = Gen.Int[0, Parts.Length - 1].Select(i => Parts[i]).Array[0, 2].Select(string.Concat);

    private static readonly Gen<(int Function, string Text, long Number)[]> Calls = Gen.Select(
        Gen.Int[0, 2],
        Texts,
        Gen.OneOf(Gen.Long[-4, 4], Gen.Const(long.MaxValue))).Array[0, 12];

    [Test]
    public void Chain_and_store_agree_in_receipts_gas_and_effects() => Calls.Sample(
        calls =>
        {
            using var on = new ContractChain();
            Digest contract = on.Deploy(Shelf);
            var store = new ContractStore();
            EntityUid address = store.Deploy(ContractChain.Compile(Shelf), contract.ToString());
            foreach ((int function, string text, long number) in calls)
            {
                ImmutableArray<CedarValue> arguments = Functions[function] == "take"
                    ? [new StringValue(text)]
                    : [new StringValue(text), new LongValue(number)];
                long height = on.Chain.Executor.Current.Height.Next.Value;
                ContractReceipt expected = store.Call(new ContractInvocation(
                    address, Functions[function], arguments, on.EntityOf(on.Anna), on.Chain.Time, height));
                Receipt receipt = on.Call(on.Anna, contract, Functions[function], arguments);
                Assert.That(receipt.Status == ReceiptStatus.Applied, Is.EqualTo(expected.Succeeded));
                Assert.That(receipt.Call!.Gas, Is.EqualTo(expected.GasUsed));
                Assert.That(receipt.Reason, Is.EqualTo(expected.Failure ?? ""));
                Assert.That(receipt.Call.Result, Is.EqualTo(expected.Result));
                Assert.That(receipt.Call.Effects.Select(Describe), Is.EqualTo(expected.Effects.Select(Describe)));
            }
        },
        iter: 40);

    [Test]
    public void Every_validator_and_every_restart_has_the_same_roots_and_receipts()
    {
        using var on = new ContractChain();
        Digest contract = on.Deploy(Shelf);
        string[] texts = ["b", "a", "😀", "\uFFFF", "", "a"];
        for (int i = 0; i < texts.Length; i++)
        {
            on.Call(on.Anna, contract, "put", new StringValue(texts[i]), new LongValue(i - 1));
            on.Chain.Restart();
            on.Call(on.Anna, contract, "walk", new StringValue(texts[i]), new LongValue(2));
        }

        LedgerExecutor other = on.Chain.NewExecutor(new MemoryStateStore(), on.Chain.Blobs);
        foreach (LedgerChain.Block block in on.Chain.Blocks)
        {
            IReadOnlyList<ReadOnlyMemory<byte>> receipts = other.ExecuteAsync(
                block.Header.Height, block.Header.Time, block.Header.Epoch, block.Transactions, CancellationToken.None)
                .AsTask().GetAwaiter().GetResult();
            Assert.That(other.Current.Tree.Root, Is.EqualTo(block.Header.StateRoot));
            Assert.That(receipts.Select(Hex), Is.EqualTo(block.Receipts.Select(Hex)));
        }

        on.Chain.Restart();
        Assert.That(on.Chain.Executor.Current.Tree.Root, Is.EqualTo(other.Current.Tree.Root), "as the store has it");
    }

    [Test]
    public void Receipt_of_any_call_is_read_back() => Calls.Sample(
        calls =>
        {
            var report = new ContractReport(
                calls.Length,
                calls.Length == 0 ? null : new StringValue(calls[0].Text),
                [
                    .. calls.Select(ContractEffect (call) => call.Function switch
                    {
                        0 => new ContractEffect.Emitted(ContractAddress.Of(default), call.Text, [new LongValue(call.Number)]),
                        1 => new ContractEffect.Obliged(ContractAddress.Of(default), call.Text, call.Text),
                        _ => new ContractEffect.Consumed(ContractAddress.Of(default), call.Text, call.Number),
                    }),
                ]);
            byte[] bytes = Canonical.Encode(new Receipt(ReceiptStatus.Applied, "", []) { Call = report });
            ContractReport again = Canonical.Decode<Receipt>(bytes).Call!;
            Assert.That((again.Gas, again.Result), Is.EqualTo((report.Gas, report.Result)));
            Assert.That(again.Effects.Select(Describe), Is.EqualTo(report.Effects.Select(Describe)));
        });

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);

    private static string Describe(ContractEffect effect) => effect switch
    {
        ContractEffect.Emitted emitted => $"{effect.Contract} {emitted.Name}({string.Join(", ", emitted.Values)})",
        ContractEffect.Obliged obliged => $"{effect.Contract} {obliged.Name}: {obliged.Detail}",
        ContractEffect.Consumed consumed => $"{effect.Contract} {consumed.Counter} {consumed.Amount}",
        _ => "",
    };
}
