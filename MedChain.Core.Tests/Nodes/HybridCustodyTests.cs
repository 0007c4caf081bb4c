using MedChain.Core.Clients;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>A network whose custodians have hybrid keys.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class HybridCustodyTests
{
    [Test]
    public async Task Record_is_stored_read_refreshed_and_erased_with_shares_that_are_sealed_to_hybrid_keys(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(
            new MedChainNetworkOptions { AccountChains = ["clinic"], HybridCustody = true }, cancellation);
        AccountChainClient clinic = network.Accounts["clinic"];
        Assert.That(clinic.Genesis.Validators.Members.Select(v => v.HybridCustodyKey), Is.All.Not.Null);
        Assert.That(network.Transactions.Genesis.Validators.Members.Select(v => v.HybridCustodyKey), Is.All.Null);
        using Patient patient = await clinic.RegisterPatientAsync("patient", cancellation);
        Digest record = await patient.StoreAsync(new byte[] { 1, 2, 3 }, "laboratory", cancellationToken: cancellation);
        RecordEntry entry = clinic.Chain.Read().Get<RecordEntry>(StateKey.Record(patient.Id, record))!;
        KeyHeader header = (await AttachmentReader.TryReadAsync<KeyHeader>(clinic.Chain.Blobs, entry.KeyHeader, cancellation))!;
        Assert.That(header.SealedShares.Select(s => s.Span[0]), Is.All.EqualTo((byte)SealingAlgorithm.XWing));
        await patient.RefreshKeyAsync(record, cancellation);
        AccessResult read = await patient.ReadAsync("laboratory", cancellation);
        Assert.That(read.Records.Single().Content, Is.EqualTo(new byte[] { 1, 2, 3 }), read.Records.Single().Problem);
        Assert.That((await patient.EraseRecordAsync(record, cancellationToken: cancellation)).IsErased);
    }
}
