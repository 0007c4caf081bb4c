using CsCheck;
using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Merkle;

/// <summary>Proofs about one key, for the holder of the state root.</summary>
[TestFixture]
public sealed class StateProofTests
{
    private static readonly Gen<StateTree> Trees =
        Gen.Select(StateTreeTests.Key, Gen.Byte.Array[0, 3]).Array[0, 40].Select(
            entries => entries.Aggregate(StateTree.Empty, (tree, entry) => tree.With(entry.Item1, entry.Item2)));

    [Test]
    public void Present_keys_are_proved_present_and_absent_ones_absent() =>
        Gen.Select(Trees, StateTreeTests.Key).Sample((tree, key) =>
        {
            StateProof proof = RoundTrip(tree.Prove(key));
            ReadOnlyMemory<byte>? value = tree.TryGet(key);
            Assert.That(proof.VerifyInclusion(tree.Root, key, value.GetValueOrDefault().Span), Is.EqualTo(value is not null));
            Assert.That(proof.VerifyAbsence(tree.Root, key), Is.EqualTo(value is null));
        });

    [Test]
    public void Any_proof_from_the_tree_tells_the_truth_about_any_key() =>
        Gen.Select(Trees, StateTreeTests.Key, StateTreeTests.Key).Sample((tree, asked, claimed) =>
        {
            StateProof proof = tree.Prove(asked);
            bool present = tree.TryGet(claimed) is not null;
            Assert.That(proof.VerifyAbsence(tree.Root, claimed) && present, Is.False);
            Assert.That(proof.VerifyInclusion(tree.Root, claimed, tree.TryGet(claimed).GetValueOrDefault().Span) && !present, Is.False);
        });

    [Test]
    public void Proof_with_any_byte_changed_fails() =>
        Gen.Select(Trees, StateTreeTests.Key, Gen.Byte[1, 255]).Sample(
            (tree, key, change) =>
            {
                byte[] encoded = Canonical.Encode(tree.Prove(key));
                byte[] value = tree.TryGet(key).GetValueOrDefault().ToArray();
                for (int i = 0; i < encoded.Length; i++)
                {
                    byte[] changed = [.. encoded];
                    changed[i] ^= change;
                    if (Canonical.TryDecode(changed, out StateProof? proof, out _))
                    {
                        Assert.That(proof.VerifyInclusion(tree.Root, key, value), Is.False, $"byte {i}");
                        Assert.That(proof.VerifyAbsence(tree.Root, key), Is.False, $"byte {i}");
                    }
                }
            },
            iter: 50);

    [Test]
    public void Removal_leads_to_the_root_of_the_tree_without_the_key() =>
        Gen.Select(Trees, StateTreeTests.Key, StateTreeTests.Key).Sample((tree, asked, claimed) =>
        {
            StateProof proof = tree.Prove(asked);
            Assert.That(proof.TryRemove(tree.Root, asked, out Digest after), Is.EqualTo(tree.TryGet(asked) is not null));
            Assert.That(tree.TryGet(asked) is null || after == tree.Without(asked).Root);
            if (proof.TryRemove(tree.Root, claimed, out after))
            {
                Assert.That((tree.TryGet(claimed) is not null, after), Is.EqualTo((true, tree.Without(claimed).Root)));
            }

            Assert.That(proof.TryRemove(default, asked, out _), Is.False);
        });

    [Test]
    public void Other_value_other_root_and_prefix_of_the_key_fail()
    {
        StateTree tree = StateTree.Empty.With("patient/1"u8.ToArray(), "a"u8.ToArray()).With("patient/2"u8.ToArray(), "b"u8.ToArray());
        StateProof proof = tree.Prove("patient/1"u8);
        Assert.That(proof.VerifyInclusion(tree.Root, "patient/1"u8, "a"u8));
        Assert.That(proof.VerifyInclusion(tree.Root, "patient/1"u8, "b"u8), Is.False);
        Assert.That(proof.VerifyInclusion(tree.Root, "patient/2"u8, "b"u8), Is.False);
        Assert.That(proof.VerifyInclusion(default, "patient/1"u8, "a"u8), Is.False);
        Assert.That(proof.VerifyInclusion(tree.Root, "patient/"u8, "a"u8), Is.False);
        Assert.That(proof.VerifyAbsence(tree.Root, "patient/2"u8), Is.False);
    }

    [Test]
    public void Leaf_off_the_keys_way_proves_no_absence()
    {
        byte[][] keys = [[0x00], [0x80], [0x81]];
        StateTree tree = keys.Aggregate(StateTree.Empty, (t, key) => t.With(key, default));
        Assert.That(tree.Prove([0x00]).VerifyAbsence(tree.Root, [0x80]), Is.False);
        Assert.That(tree.Prove([0x00]).VerifyAbsence(tree.Root, [0x82]), Is.False);
        Assert.That(tree.Prove([0x01]).VerifyAbsence(tree.Root, [0x01]));
    }

    [Test]
    public void Inner_nodes_do_not_pass_for_leaves()
    {
        StateTree tree = StateTree.Empty.With(new byte[] { 1 }, default).With(new byte[] { 2 }, default);
        StateProof shortened = new(new byte[] { 1 }, Digest.Of([]), []);
        Assert.That(shortened.VerifyInclusion(tree.Root, [1], []), Is.False);
    }

    /// <summary>Even under a root that was made for them: no tree has such a way.</summary>
    [Test]
    public void Steps_out_of_order_fail()
    {
        byte[] key = [0x00];
        Digest leaf = StateHash.Leaf(key, Digest.Of([]));
        Digest root = StateHash.Branch(5, StateHash.Branch(3, leaf, default), default);
        Assert.That(new StateProof(key, Digest.Of([]), [new(5, default), new(3, default)]).VerifyInclusion(root, key, []), Is.False);
        Assert.That(new StateProof(key, Digest.Of([]), [new(3, default), new(5, default)]).VerifyInclusion(root, key, []), Is.False);
        root = StateHash.Branch(3, StateHash.Branch(5, leaf, default), default);
        Assert.That(new StateProof(key, Digest.Of([]), [new(3, default), new(5, default)]).VerifyInclusion(root, key, []));
    }

    [Test]
    public void Empty_tree_proves_every_valid_key_absent_and_nothing_else()
    {
        StateProof proof = RoundTrip(StateTree.Empty.Prove([1]));
        Assert.That(proof.VerifyAbsence(StateTree.Empty.Root, [1]));
        Assert.That(proof.VerifyAbsence(StateTree.Empty.Root, []), Is.False);
        Assert.That(proof.VerifyInclusion(StateTree.Empty.Root, [], []), Is.False);
        Assert.That(proof.VerifyAbsence(StateTree.Empty.With(new byte[] { 2 }, default).Root, [1]), Is.False);
    }

    private static StateProof RoundTrip(StateProof proof)
    {
        StateProof decoded = Canonical.Decode<StateProof>(Canonical.Encode(proof));
        Assert.That(decoded, Is.EqualTo(proof));
        return decoded;
    }
}
