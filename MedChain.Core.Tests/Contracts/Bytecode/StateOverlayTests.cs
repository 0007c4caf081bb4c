using CsCheck;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Execution;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Bytecode;

/// <summary>The overlay against a sorted dictionary that is copied for each checkpoint.</summary>
[TestFixture]
public sealed class StateOverlayTests
{
    private const string Field = "seats";
    private static readonly EntityUid Contract = new("Contract", "c");

    /// <summary>A write of a small key, a deletion (no value), a checkpoint (key 8), or a way back to the last one (key 9).</summary>
    private static readonly Gen<(long Key, long? Value)[]> Steps =
        Gen.Select(Gen.Long[0, 9], Gen.Long[0, 3].Nullable(), (key, value) => (key, value)).Array[0, 40];

    [Test]
    public void Walk_over_the_keys_finds_those_of_a_sorted_dictionary() =>
        Gen.Select(Gen.Long[0, 7].Array[0, 8], Steps).Sample((committed, steps) =>
        {
            var host = new MemoryContractHost();
            foreach (long key in committed)
            {
                host.Set(Slot(key), new LongValue(-1));
            }

            var overlay = new StateOverlay(host);
            SortedDictionary<long, long> model = Play(steps, overlay, new(committed.Distinct().ToDictionary(k => k, _ => -1L)));
            Assert.That(Walk(overlay), Is.EqualTo(model.Keys));
            Assert.That(model.Keys.Select(k => ((LongValue)overlay.Read(Slot(k))!).Value), Is.EqualTo(model.Values));
            for (long after = -1; after < 9; after++)
            {
                overlay.TryNextKey(Contract, Field, new LongValue(after), () => true, out CedarValue? next);
                long? expected = model.Keys.Where(k => k > after).Select(k => (long?)k).FirstOrDefault();
                Assert.That((next as LongValue)?.Value, Is.EqualTo(expected));
            }
        });

    [Test]
    public void Each_key_that_is_looked_at_is_paid_before()
    {
        var host = new MemoryContractHost();
        var overlay = new StateOverlay(host);
        for (long key = 0; key < 10; key++)
        {
            host.Set(Slot(key), new LongValue(0));
            overlay.Write(Slot(key), null);
        }

        // Ten deleted keys of the host and the end, and the same ten again among the written ones.
        int paid = 0;
        Assert.That(overlay.TryNextKey(Contract, Field, null, () => ++paid <= 20, out _), Is.False);
        Assert.That(overlay.TryNextKey(Contract, Field, null, () => ++paid <= 21 + 21, out CedarValue? next), Is.True);
        Assert.That(next, Is.Null);
    }

    private static ContractSlot Slot(long key) => new(Contract, Field, new LongValue(key));

    private static SortedDictionary<long, long> Play(
        (long Key, long? Value)[] steps, StateOverlay overlay, SortedDictionary<long, long> model)
    {
        var checkpoints = new Stack<(int Mark, SortedDictionary<long, long> Model)>();
        foreach ((long key, long? value) in steps)
        {
            if (key == 8)
            {
                checkpoints.Push((overlay.Checkpoint(), new(model)));
            }
            else if (key == 9)
            {
                if (checkpoints.TryPop(out var last))
                {
                    overlay.RollBack(last.Mark);
                    model = last.Model;
                }
            }
            else if (value is { } number)
            {
                overlay.Write(Slot(key), new LongValue(number));
                model[key] = number;
            }
            else
            {
                overlay.Write(Slot(key), null);
                model.Remove(key);
            }
        }

        return model;
    }

    private static IEnumerable<long> Walk(StateOverlay overlay)
    {
        CedarValue? key = null;
        while (overlay.TryNextKey(Contract, Field, key, () => true, out key) && key is not null)
        {
            yield return ((LongValue)key).Value;
        }
    }
}
