using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Encoding;
using NUnit.Framework;

namespace MedChain.Core.Tests.Merkle;

/// <summary>List trees of RFC 9162, section 2.1, and their inclusion proofs.</summary>
[TestFixture]
public sealed class MerkleProofTests
{
    private static readonly JsonElement Known = VectorFile.Load("merkle-rfc6962.json");

    private static readonly Digest[] KnownLeaves =
        [.. Known.GetProperty("leaves").EnumerateArray().Select(l => MerkleTree.HashLeaf(Convert.FromHexString(l.GetString()!)))];

    private static readonly Digest[] KnownRoots = Digests(Known.GetProperty("roots"));

    [Test]
    public void Roots_of_no_leaves_to_eight_are_the_known_ones() =>
        Assert.That(Enumerable.Range(0, 9).Select(n => MerkleTree.Root(KnownLeaves.AsSpan(0, n))), Is.EqualTo(KnownRoots));

    [Test]
    public void Paths_are_the_known_ones_and_verify()
    {
        foreach (JsonElement known in Known.GetProperty("paths").EnumerateArray())
        {
            int index = known.GetProperty("index").GetInt32();
            int size = known.GetProperty("size").GetInt32();
            Digest[] path = Digests(known.GetProperty("path"));
            Assert.That(MerkleTree.Path(KnownLeaves.AsSpan(0, size), index), Is.EqualTo(path));
            Assert.That(MerkleProof.VerifyInclusion(KnownRoots[size], size, KnownLeaves[index], index, path));
        }
    }

    [Test]
    public void Every_leaf_of_every_tree_verifies_at_its_own_index_only()
    {
        for (int size = 1; size <= 40; size++)
        {
            Digest[] leaves = Leaves(size);
            Digest root = MerkleTree.Root(leaves);
            for (int index = 0; index < size; index++)
            {
                ImmutableArray<Digest> path = MerkleTree.Path(leaves, index);
                int[] accepted =
                    [.. Enumerable.Range(0, size + 2).Where(i => MerkleProof.VerifyInclusion(root, size, leaves[index], i, path.AsSpan()))];
                Assert.That(accepted, Is.EqualTo(new[] { index }));
            }
        }
    }

    [Test]
    public void Changed_leaf_root_or_sibling_and_shorter_or_longer_path_fail() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[0, 299], Gen.Int[0, 31], Gen.Byte[1, 255]).Sample((size, at, place, change) =>
        {
            int index = at % size;
            Digest[] leaves = Leaves(size);
            Digest root = MerkleTree.Root(leaves);
            Digest[] path = [.. MerkleTree.Path(leaves, index)];
            bool Verify(Digest r, Digest leaf, Digest[] p) => MerkleProof.VerifyInclusion(r, size, leaf, index, p);

            Assert.That(Verify(root, leaves[index], path));
            Assert.That(Verify(Flip(root, place, change), leaves[index], path), Is.False);
            Assert.That(Verify(root, Flip(leaves[index], place, change), path), Is.False);
            Assert.That(Verify(root, leaves[index], [.. path, root]), Is.False);
            for (int i = 0; i < path.Length; i++)
            {
                Digest[] changed = [.. path];
                changed[i] = Flip(changed[i], place, change);
                Assert.That(Verify(root, leaves[index], changed), Is.False);
                Assert.That(Verify(root, leaves[index], path[..i]), Is.False);
            }
        });

    [Test]
    public void Inner_node_does_not_pass_for_a_leaf()
    {
        Digest[] leaves = Leaves(4);
        Digest left = MerkleTree.HashChildren(leaves[0], leaves[1]);
        Digest right = MerkleTree.HashChildren(leaves[2], leaves[3]);
        byte[] asRecord = [.. leaves[0].ToArray(), .. leaves[1].ToArray()];
        Assert.That(MerkleProof.VerifyInclusion(MerkleTree.Root(leaves), 2, MerkleTree.HashLeaf(asRecord), 0, [right]), Is.False);
        Assert.That(MerkleProof.VerifyInclusion(MerkleTree.Root(leaves), 4, left, 0, [right]), Is.False);
    }

    [Test]
    public void Path_of_a_huge_tree_verifies_without_overflow()
    {
        Digest[] path = [.. Enumerable.Range(0, 63).Select(i => Digest.Of([(byte)i]))];
        Digest root = path.Aggregate(default(Digest), MerkleTree.HashChildren);
        Assert.That(MerkleProof.VerifyInclusion(root, long.MaxValue, default, 0, path));
        Assert.That(MerkleProof.VerifyInclusion(root, long.MaxValue, default, long.MaxValue, path), Is.False);
    }

    [Test]
    public void Leaf_hash_is_the_same_for_short_and_long_records([Values(0, 1, 1023, 1024, 1025, 70_000)] int length)
    {
        byte[] record = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
        Assert.That(MerkleTree.HashLeaf(record), Is.EqualTo(Digest.Of([0x00, .. record])));
    }

    [Test]
    public void Tree_size_below_one_and_negative_index_are_the_callers_mistake()
    {
        Assert.That(() => MerkleProof.VerifyInclusion(default, 0, default, 0, []), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => MerkleProof.VerifyInclusion(default, 1, default, -1, []), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => MerkleTree.Path([], 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static Digest[] Leaves(int count) =>
        [.. Enumerable.Range(0, count).Select(i => MerkleTree.HashLeaf(BitConverter.GetBytes(i)))];

    private static Digest[] Digests(JsonElement array) =>
        [.. array.EnumerateArray().Select(d => new Digest(Convert.FromHexString(d.GetString()!)))];

    private static Digest Flip(Digest digest, int place, byte change)
    {
        byte[] bytes = digest.ToArray();
        bytes[place] ^= change;
        return new Digest(bytes);
    }
}
