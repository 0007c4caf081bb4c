using CsCheck;
using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using NUnit.Framework;

namespace MedChain.Core.Tests.Merkle;

/// <summary>A state cut into chunks and put together again.</summary>
[TestFixture]
public sealed class StateCutTests
{
    private static readonly Gen<StateTree> Tree = Gen.Select(StateTreeTests.Key, Gen.Byte.Array[0, 3]).Array[0, 60]
        .Select(writes => writes.Aggregate(StateTree.Empty, (tree, w) => tree.With(w.Item1, w.Item2)));

    [Test]
    public void Chunks_in_any_order_give_the_same_state() =>
        Gen.Select(Tree, Gen.Int[1, 200], Gen.Int).Sample((tree, size, seed) =>
        {
            var cut = StateCut.Of(tree, size);
            var assembly = StateAssembly.TryBegin(Canonical.Encode(cut.Manifest), tree.Root)!;
            int[] order = [.. Enumerable.Range(0, cut.ChunkCount)];
            new Random(seed).Shuffle(order);
            Assert.That(order.All(i => assembly.TryAdd(i, cut.Encode(i))), Is.True);
            StateTree again = assembly.Complete();
            Assert.That(again.Root, Is.EqualTo(tree.Root));
            Assert.That(again.Count, Is.EqualTo(tree.Count));
            Assert.That(Texts(again), Is.EqualTo(Texts(tree)));
        });

    [Test]
    public void Chunk_is_below_the_size_unless_it_is_one_entry() =>
        Gen.Select(Tree, Gen.Int[1, 40]).Sample((tree, size) =>
        {
            var cut = StateCut.Of(tree, size);
            for (int i = 0; i < cut.ChunkCount; i++)
            {
                StateChunk chunk = Canonical.Decode<StateChunk>(cut.Encode(i));
                Assert.That(chunk.Entries.Count == 1 || chunk.Entries.Sum(e => e.Key.Length + e.Value.Length) <= size, Is.True);
            }
        });

    [Test]
    public void Chunks_are_as_large_as_they_may_be() =>
        Gen.Select(Tree, Gen.Int[1, 40]).Sample((tree, size) =>
        {
            // Two chunks under one branch would have been one, had they been small enough.
            var cut = StateCut.Of(tree, size);
            int next = 0;
            for (int i = 0; i + 2 < cut.Manifest.Parts.Length; i++)
            {
                bool areSiblings = !cut.Manifest.Parts[i].IsChunk && cut.Manifest.Parts[i + 1].IsChunk && cut.Manifest.Parts[i + 2].IsChunk;
                if (areSiblings)
                {
                    Assert.That(SizeOf(cut, next) + SizeOf(cut, next + 1), Is.GreaterThan(size));
                }

                next += cut.Manifest.Parts[i].IsChunk ? 1 : 0;
            }
        });

    [Test]
    public void Manifest_of_another_state_is_refused() =>
        Gen.Select(Tree, Tree).Where(t => t.Item1.Root != t.Item2.Root).Sample((tree, other) =>
            StateAssembly.TryBegin(Canonical.Encode(StateCut.Of(tree, 20).Manifest), other.Root) is null);

    [Test]
    public void Damaged_manifest_is_refused() =>
        Gen.Select(Tree, Gen.Int[0, 100_000], Gen.Byte[1, 255]).Sample((tree, place, change) =>
        {
            byte[] manifest = Canonical.Encode(StateCut.Of(tree, 20).Manifest);
            manifest[place % manifest.Length] ^= change;
            return StateAssembly.TryBegin(manifest, tree.Root) is null;
        });

    [Test]
    public void Damaged_chunk_is_refused_and_the_good_one_still_taken() =>
        Gen.Select(Tree.Where(t => t.Count > 0), Gen.Int[0, 100_000], Gen.Int[0, 100_000], Gen.Byte[1, 255]).Sample(sample =>
        {
            (StateTree tree, int index, int place, byte change) = sample;
            var cut = StateCut.Of(tree, 20);
            var assembly = StateAssembly.TryBegin(Canonical.Encode(cut.Manifest), tree.Root)!;
            index %= cut.ChunkCount;
            byte[] chunk = cut.Encode(index).ToArray();
            chunk[place % chunk.Length] ^= change;
            Assert.That(assembly.TryAdd(index, chunk), Is.False);
            Assert.That(assembly.TryAdd(index, cut.Encode(index)), Is.True);
        });

    [Test]
    public void Chunk_at_another_place_is_refused()
    {
        StateTree tree = Enumerable.Range(0, 40).Aggregate(StateTree.Empty, (t, i) => t.With(new byte[] { (byte)i }, new byte[] { 1, 2 }));
        var cut = StateCut.Of(tree, 20);
        var assembly = StateAssembly.TryBegin(Canonical.Encode(cut.Manifest), tree.Root)!;
        Assert.That(assembly.TryAdd(0, cut.Encode(1)), Is.False);
        Assert.That(assembly.TryAdd(-1, cut.Encode(1)), Is.False);
        Assert.That(assembly.TryAdd(cut.ChunkCount, cut.Encode(1)), Is.False);
        Assert.That(assembly.Complete, Throws.InvalidOperationException.With.Message.Contains("missing"));
    }

    [Test]
    public void Depth_of_a_state_is_no_danger()
    {
        // Each key is the beginning of the next: the deepest tree there is.
        StateTree tree = Enumerable.Range(1, TreeKey.MaxSize)
            .Aggregate(StateTree.Empty, (t, i) => t.With(new byte[i], new byte[] { 7 }));
        var cut = StateCut.Of(tree, 1);
        var assembly = StateAssembly.TryBegin(Canonical.Encode(cut.Manifest), tree.Root)!;
        Assert.That(Enumerable.Range(0, cut.ChunkCount).All(i => assembly.TryAdd(i, cut.Encode(i))), Is.True);
        Assert.That(assembly.Complete().Root, Is.EqualTo(tree.Root));
    }

    private static int SizeOf(StateCut cut, int index) =>
        Canonical.Decode<StateChunk>(cut.Encode(index)).Entries.Sum(e => e.Key.Length + e.Value.Length);

    private static string[] Texts(StateTree tree) =>
        [.. tree.Scan(default).Select(e => $"{Convert.ToHexString(e.Key.Span)}={Convert.ToHexString(e.Value.Span)}")];
}
