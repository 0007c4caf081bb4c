using System.Security.Cryptography;
using System.Text.Json;
using CsCheck;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Encoding;
using NUnit.Framework;

namespace MedChain.Core.Tests.Merkle;

/// <summary>The state tree against a sorted dictionary and against its definition.</summary>
[TestFixture]
public sealed class StateTreeTests
{
    /// <summary>Short keys over four bytes, so that keys are often equal, or the beginning of one another.</summary>
    internal static readonly Gen<byte[]> Key = Gen.Int[0, 3].Select(i => new byte[] { 0x00, 0x01, 0x80, 0xff }[i]).Array[1, 5];

    private static readonly Gen<(byte[] Key, byte[]? Value)[]> Writes =
        Gen.Select(Key, Gen.Byte.Array[0, 3].Null(), (key, value) => (key, value)).Array[0, 60];

    [TestCaseSource(nameof(KnownCases))]
    public void Root_is_the_known_one(JsonElement known)
    {
        StateTree tree = StateTree.Empty;
        foreach (JsonElement entry in known.GetProperty("entries").EnumerateArray())
        {
            tree = tree.With(entry.Bytes("key"), entry.Bytes("value"));
        }

        Assert.That(tree.Root, Is.EqualTo(known.Digest("root")));
    }

    [Test]
    public void Tree_holds_what_a_sorted_dictionary_holds() =>
        Gen.Select(Writes, Key).Sample((writes, probe) =>
        {
            (StateTree tree, SortedDictionary<string, byte[]> model) = Apply(writes);
            Assert.That(tree.Count, Is.EqualTo(model.Count));
            Assert.That(Texts(tree.Scan(default)), Is.EqualTo(Texts(model)));
            bool present = model.TryGetValue(Convert.ToHexString(probe), out byte[]? value);
            Assert.That(tree.TryGet(probe)?.ToArray(), Is.EqualTo(present ? value : null));
        });

    [Test]
    public void Scan_gives_the_keys_that_begin_with_the_prefix_in_order() =>
        Gen.Select(Writes, Key).Sample((writes, prefix) =>
        {
            (StateTree tree, SortedDictionary<string, byte[]> model) = Apply(writes);
            string start = Convert.ToHexString(prefix);
            Assert.That(Texts(tree.Scan(prefix)), Is.EqualTo(Texts(model.Where(e => e.Key.StartsWith(start, StringComparison.Ordinal)))));
        });

    [Test]
    public void Next_gives_the_first_key_behind_another_one_that_is_here_or_not() =>
        Gen.Select(Writes, Key).Sample((writes, probe) =>
        {
            (StateTree tree, SortedDictionary<string, byte[]> model) = Apply(writes);
            string after = Convert.ToHexString(probe);
            IEnumerable<KeyValuePair<string, byte[]>> expected = model.Where(e => string.CompareOrdinal(e.Key, after) > 0).Take(1);
            KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? next = tree.Next(probe);
            Assert.That(Texts(next is { } found ? [found] : []), Is.EqualTo(Texts(expected)));
        });

    [Test]
    public void Root_follows_from_the_content_and_not_from_the_history() =>
        Gen.Select(Writes, Gen.Int).Sample((writes, seed) =>
        {
            (StateTree tree, SortedDictionary<string, byte[]> model) = Apply(writes);
            KeyValuePair<string, byte[]>[] entries = [.. model];
            new Random(seed).Shuffle(entries);
            StateTree again = entries.Aggregate(StateTree.Empty, (t, e) => t.With(Convert.FromHexString(e.Key), e.Value));
            Assert.That(again.Root, Is.EqualTo(tree.Root));
        });

    [Test]
    public void Root_is_the_one_of_the_definition() =>
        Writes.Sample(writes =>
        {
            (StateTree tree, SortedDictionary<string, byte[]> model) = Apply(writes);
            Assert.That(tree.Root, Is.EqualTo(DefinedRoot([.. model.Select(e => (Convert.FromHexString(e.Key), e.Value))])));
        });

    [Test]
    public void Older_trees_stay_as_they_were() =>
        Gen.Select(Writes, Writes).Sample((first, second) =>
        {
            (StateTree tree, SortedDictionary<string, byte[]> model) = Apply(first);
            Digest before = tree.Root;
            _ = Apply(second, tree).Root;
            Assert.That(tree.Root, Is.EqualTo(before));
            Assert.That(Texts(tree.Scan(default)), Is.EqualTo(Texts(model)));
        });

    [Test]
    public void Different_contents_have_different_roots() =>
        Gen.Select(Writes, Writes).Sample((first, second) =>
        {
            (StateTree one, SortedDictionary<string, byte[]> left) = Apply(first);
            (StateTree other, SortedDictionary<string, byte[]> right) = Apply(second);
            Assert.That(one.Root == other.Root, Is.EqualTo(Texts(left).SequenceEqual(Texts(right))));
        });

    [Test]
    public void Writing_the_value_that_is_there_gives_the_same_tree()
    {
        StateTree tree = StateTree.Empty.With("key"u8.ToArray(), "value"u8.ToArray());
        Assert.That(tree.With("key"u8.ToArray(), "value"u8.ToArray()), Is.SameAs(tree));
        Assert.That(tree.Without("other"u8), Is.SameAs(tree));
    }

    [Test]
    public void Callers_memory_may_change_after_a_write()
    {
        byte[] key = [1];
        byte[] value = [2];
        StateTree tree = StateTree.Empty.With(key, value);
        (key[0], value[0]) = (9, 9);
        Assert.That(tree.TryGet([1])?.ToArray(), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public void Threads_that_ask_for_the_root_at_once_get_the_same()
    {
        StateTree tree = Enumerable.Range(0, 5_000).Aggregate(StateTree.Empty, (t, i) => t.With(BitConverter.GetBytes(i), default));
        StateTree again = Enumerable.Range(0, 5_000).Aggregate(StateTree.Empty, (t, i) => t.With(BitConverter.GetBytes(i), default));
        Digest[] roots = new Digest[8];
        Parallel.For(0, roots.Length, i => roots[i] = tree.Root);
        Assert.That(roots, Is.All.EqualTo(again.Root));
    }

    [Test]
    public void Empty_and_too_long_keys_are_refused()
    {
        Assert.That(() => StateTree.Empty.With(default, default), Throws.ArgumentException);
        Assert.That(
            () => StateTree.Empty.With(new byte[257], default),
            Throws.ArgumentException.With.Message.Contains("1 to 256 bytes, not 257"));
        Assert.That(StateTree.Empty.With(new byte[256], default).TryGet(new byte[257]), Is.Null);
    }

    /// <summary>Keys that each leave the way of the longest key one bit later make the deepest tree there is.</summary>
    [Test]
    public void Deepest_tree_needs_little_stack()
    {
        bool verified = false;
        var thread = new Thread(
            () =>
            {
                byte[] longest = new byte[TreeKey.MaxSize];
                StateTree tree = StateTree.Empty.With(longest, default);
                for (int length = 1; length <= TreeKey.MaxSize; length++)
                {
                    tree = length < TreeKey.MaxSize ? tree.With(new byte[length], default) : tree;
                    for (int bit = 0; bit < 8; bit++)
                    {
                        byte[] key = new byte[length];
                        key[^1] = (byte)(1 << bit);
                        tree = tree.With(key, default);
                    }
                }

                StateProof proof = tree.Prove(longest);
                verified = proof.Steps.Length == TreeKey.MaxBits - 1
                    && proof.VerifyInclusion(tree.Root, longest, default)
                    && tree.Scan(default).Count() == tree.Count
                    && tree.Without(longest).Prove(longest).VerifyAbsence(tree.Without(longest).Root, longest);
            },
            maxStackSize: 128 * 1024);
        thread.Start();
        thread.Join();
        Assert.That(verified);
    }

    private static IEnumerable<TestCaseData> KnownCases() => VectorFile.Cases("merkle-state.json");

    private static (StateTree Tree, SortedDictionary<string, byte[]> Model) Apply((byte[] Key, byte[]? Value)[] writes)
    {
        var model = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach ((byte[] key, byte[]? value) in writes)
        {
            _ = value is null ? model.Remove(Convert.ToHexString(key)) : (model[Convert.ToHexString(key)] = value) is not null;
        }

        return (Apply(writes, StateTree.Empty), model);
    }

    /// <summary>Writes and, for the value null, removals; the root is asked for in between, so that hashes are remembered.</summary>
    private static StateTree Apply((byte[] Key, byte[]? Value)[] writes, StateTree tree)
    {
        foreach ((byte[] key, byte[]? value) in writes)
        {
            tree = value is null ? tree.Without(key) : tree.With(key, value);
            _ = key[0] == 0 ? tree.Root : default;
        }

        return tree;
    }

    private static string[] Texts(IEnumerable<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> entries) =>
        [.. entries.Select(e => $"{Convert.ToHexString(e.Key.Span)}={Convert.ToHexString(e.Value.Span)}")];

    private static string[] Texts(IEnumerable<KeyValuePair<string, byte[]>> entries) =>
        [.. entries.Select(e => $"{e.Key}={Convert.ToHexString(e.Value)}")];

    /// <summary>The root by its definition, on strings of bits.</summary>
    private static Digest DefinedRoot((byte[] Key, byte[] Value)[] entries)
    {
        if (entries.Length == 0)
        {
            return new Digest(SHA256.HashData([0x04]));
        }

        if (entries.Length == 1)
        {
            (byte[] key, byte[] value) = entries[0];
            return new Digest(SHA256.HashData([0x02, (byte)(key.Length >> 8), (byte)key.Length, .. key, .. SHA256.HashData(value)]));
        }

        string[] bits = [.. entries.Select(e => string.Concat(e.Key.Select(b => $"1{b:b8}")) + "0")];
        int position = Enumerable.Range(0, bits.Min(b => b.Length)).First(p => bits.Any(b => b[p] != bits[0][p]));
        Digest zero = DefinedRoot([.. entries.Where((_, i) => bits[i][position] == '0')]);
        Digest one = DefinedRoot([.. entries.Where((_, i) => bits[i][position] == '1')]);
        return new Digest(SHA256.HashData([0x03, (byte)(position >> 8), (byte)position, .. zero.ToArray(), .. one.ToArray()]));
    }
}
