using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Verifying a stored chain that real validators made.</summary>
[TestFixture]
public sealed class ChainVerifierTests
{
    private EngineCluster _cluster = null!;

    [OneTimeSetUp]
    public async Task MakeChain()
    {
        _cluster = new EngineCluster(4);
        await _cluster.StartAllAsync();
        for (int i = 1; i <= 5; i++)
        {
            await _cluster.SubmitAsync(0, from: i * 10, count: 5);
            await _cluster.WaitForTransactionsAsync(5 * i, 0, 1, 2, 3);
        }

        await _cluster.WaitAsync(() => _cluster.Machines[0].SealedHeight == _cluster.Machines[0].Height.Value, "The last seal");
        await _cluster.StopAsync(0);
    }

    [OneTimeTearDown]
    public async Task StopChain() => await _cluster.DisposeAsync();

    [Test]
    public void Whole_chain_verifies_and_is_sealed()
    {
        ChainReport report = Verify(Copy());
        Assert.That(report.Problem, Is.Null);
        Assert.That(report.Verified, Is.EqualTo(_cluster.Stores[0].Head));
        Assert.That(report.Sealed, Is.EqualTo(report.Verified));
        Assert.That(report.Transactions, Is.EqualTo(25));
    }

    [Test]
    public void Flipped_bit_anywhere_in_a_block_is_found()
    {
        StoredBlock block = _cluster.Stores[0].TryRead(new BlockHeight(2))!;
        for (int place = 0; place < block.Body.Length; place += 7)
        {
            MemoryBlockStore store = Copy();
            store.Replace(block with { Body = Flip(block.Body, place) });
            Assert.That(Verify(store).Problem?.Height.Value, Is.EqualTo(2), $"byte {place} of the body");
        }

        MemoryBlockStore header = Copy();
        header.Replace(block with { Header = Flip(block.Header, 60) });
        Assert.That(Verify(header).Problem?.Height.Value, Is.EqualTo(2));
        MemoryBlockStore receipts = Copy();
        receipts.Replace(block with { Receipts = Flip(block.Receipts, block.Receipts.Length - 1) });
        Assert.That(Verify(receipts).Problem?.Description, Does.Contain("receipts"));
    }

    [Test]
    public void Block_in_the_wrong_place_is_found()
    {
        MemoryBlockStore store = Copy();
        store.Replace(_cluster.Stores[0].TryRead(new BlockHeight(2))! with { Height = new BlockHeight(3) });
        Assert.That(Verify(store).Problem?.Height.Value, Is.EqualTo(3));
    }

    [Test]
    public void Chain_of_other_validators_is_found()
    {
        ChainReport report = ChainVerifier.Verify(Copy(), _cluster.Chain, new ValidatorSet([.. _cluster.Validators.Members.Reverse()]));
        Assert.That(report.Problem?.Height.Value, Is.EqualTo(1));
    }

    [Test]
    public void Seal_certificate_of_another_block_is_found()
    {
        MemoryBlockStore store = Copy();
        BlockHeight head = store.Head;
        store.PutCertificate(new BlockHeight(1), _cluster.Stores[0].TryReadCertificate(head)!.Value);
        Assert.That(Verify(store).Problem?.Description, Does.Contain("seal"));
    }

    [Test]
    public void Stored_block_is_read_with_its_transactions_and_receipts()
    {
        DecodedBlock block = BlockReader.Read(_cluster.Stores[0].TryRead(new BlockHeight(1))!);
        Assert.That(block.Transactions, Has.Count.EqualTo(block.Receipts.Count));
        Assert.That(block.Proposer, Is.Zero);
    }

    [Test]
    public void Damaged_block_is_a_storage_fault_for_who_needs_it()
    {
        StoredBlock block = _cluster.Stores[0].TryRead(new BlockHeight(1))!;
        Assert.That(
            () => BlockReader.Read(block with { Body = default }),
            Throws.TypeOf<StorageException>().With.Property("Fault").EqualTo(StorageFault.Corrupt));
    }

    private static byte[] Flip(ReadOnlyMemory<byte> bytes, int place)
    {
        byte[] copy = bytes.ToArray();
        copy[place] ^= 0x10;
        return copy;
    }

    private ChainReport Verify(MemoryBlockStore store) => ChainVerifier.Verify(store, _cluster.Chain, _cluster.Validators);

    private MemoryBlockStore Copy()
    {
        var copy = new MemoryBlockStore();
        for (long height = 1; height <= _cluster.Stores[0].Head.Value; height++)
        {
            copy.Append(_cluster.Stores[0].TryRead(new BlockHeight(height))!);
            if (_cluster.Stores[0].TryReadCertificate(new BlockHeight(height)) is { } certificate)
            {
                copy.PutCertificate(new BlockHeight(height), certificate);
            }
        }

        return copy;
    }
}
