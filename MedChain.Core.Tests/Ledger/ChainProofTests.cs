using CsCheck;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Ledger;

/// <summary>Facts that somebody checks who knows only the validators.</summary>
[TestFixture]
public sealed class ChainProofTests
{
    private static readonly LedgerChain Chain = WithBlocks("hospital");
    private static readonly LedgerChain Other = WithBlocks("clinic");

    [OneTimeTearDown]
    public void Stop()
    {
        Chain.Dispose();
        Other.Dispose();
    }

    private static IEnumerable<ChainProof> Proofs()
    {
        yield return Chain.Prove(MedChain.Core.Ledger.StateKey.Account(Chain.Genesis.Administrator));
        var block = Chain.Blocks[^1];
        yield return new ChainProof(block.Header, [], Chain.Seal(block.Header), new ChainFact.TransactionEntry(
            1,
            block.Transactions.Count,
            block.Transactions[1],
            MerkleTree.Path(Leaves(block.Transactions), 1),
            block.Receipts[1],
            MerkleTree.Path(Leaves(block.Receipts), 1)));
    }

    [TestCaseSource(nameof(Proofs))]
    public void Proof_of_a_sealed_fact_verifies_also_after_encoding(ChainProof proof)
    {
        Assert.That(proof.Verify(Chain.Genesis.Chain, Chain.Genesis.Validators));
        Assert.That(ChainProof.TryRead(proof.ToBytes(), out ChainProof? read));
        Assert.That(read!.Verify(Chain.Genesis.Chain, Chain.Genesis.Validators));
    }

    [TestCaseSource(nameof(Proofs))]
    public void Proof_fails_for_another_chain_or_its_validators(ChainProof proof)
    {
        Assert.That(proof.Verify(Other.Genesis.Chain, Chain.Genesis.Validators), Is.False);
        Assert.That(proof.Verify(Chain.Genesis.Chain, Other.Genesis.Validators), Is.False);
    }

    [TestCaseSource(nameof(Proofs))]
    public void Proof_with_any_byte_changed_fails(ChainProof proof)
    {
        byte[] bytes = proof.ToBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x01;
            Assert.That(
                ChainProof.TryRead(bytes, out ChainProof? changed) && changed!.Verify(Chain.Genesis.Chain, Chain.Genesis.Validators),
                Is.False,
                $"byte {i}");
            bytes[i] ^= 0x01;
        }
    }

    [Test]
    public void Proof_sealed_by_less_than_a_quorum_fails() =>
        Assert.That(
            Chain.Prove(MedChain.Core.Ledger.StateKey.Account(Chain.Genesis.Administrator), Chain.Genesis.Validators.Quorum - 1)
                .Verify(Chain.Genesis.Chain, Chain.Genesis.Validators),
            Is.False);

    [Test]
    public void Garbage_is_no_proof() =>
        Gen.Byte.Array[0, 200].Sample(bytes => !ChainProof.TryRead(bytes, out _));

    private static LedgerChain WithBlocks(string name)
    {
        var chain = new LedgerChain(ChainKind.Account, name);
        ReadOnlyMemory<byte>[] block =
        [
            .. Enumerable.Range(0, 3).Select(i =>
                (ReadOnlyMemory<byte>)Canonical.Encode(chain.Sign(chain.Administrator, new RevokeGrant(Digest.Of([(byte)i]))))),
        ];
        chain.Execute(block);
        return chain;
    }

    private static Digest[] Leaves(IReadOnlyList<ReadOnlyMemory<byte>> items) => [.. items.Select(i => MerkleTree.HashLeaf(i.Span))];
}
