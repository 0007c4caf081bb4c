using MedChain.Core.Clients;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>Erasure in a whole network: what is left in the stores, and what the chain still proves.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class ErasureTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7 % 251))];
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Start() => _folder = new TemporaryFolder();

    [TearDown]
    public void Stop() => _folder.Dispose();

    [Test]
    public async Task Erased_record_is_in_no_store_and_the_chain_still_verifies(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        using Patient patient = await network.Accounts["clinic"].RegisterPatientAsync("patient", cancellation);
        Digest kept = await patient.StoreAsync(Content, "laboratory", cancellationToken: cancellation);
        Digest erased = await patient.StoreAsync(Content, "laboratory", cancellationToken: cancellation);
        Digest[] blobs = await BlobsOfAsync(network, patient, erased, cancellation);
        ErasureReport report = await patient.EraseRecordAsync(erased, cancellationToken: cancellation);
        Assert.That(report.IsErased);
        Assert.That(report.Records.Single().Confirmed, Has.Length.AtLeast(3));
        Assert.That(report.Records.Single().Proof!.Verify(network.Accounts["clinic"].Chain.History), Is.True);
        Assert.That(blobs.Where(network.Accounts["clinic"].Chain.Blobs.Contains), Is.Empty);
        await AllConfirmAsync(network, patient, report.Order, cancellation);
        Assert.That(network.AccountValidators["clinic"].Select(v => v.Validator.Options.CustodyStore.List().Count()),
            Is.All.EqualTo(1), "each keeps the share of the other record");
        Assert.That(patient.Records, Is.EqualTo([kept]));
        AccessResult read = await patient.ReadAsync("laboratory", cancellation);
        Assert.That(read.Records.Single().Content, Is.EqualTo(Content));
        ChainVerification verified = (await network.VerifyAsync(cancellation)).First(v => v.Chain == "clinic");
        Assert.That((verified.Problem, verified.Records), Is.EqualTo(((string?)null, 1L)));
        Assert.That(verified.Skipped, Is.Positive);
    }

    [Test]
    public async Task Network_goes_on_after_an_erasure_and_a_restart(CancellationToken cancellation)
    {
        Digest order;
        await using (MedChainNetwork network = await StartAsync(cancellation, _folder.Path))
        {
            using Patient patient = await network.Accounts["clinic"].RegisterPatientAsync("patient", cancellation);
            await patient.StoreAsync(Content, "laboratory", cancellationToken: cancellation);
            await patient.PermitAsync(Policies.Reading(patient.Id), cancellation);
            order = (await patient.EraseAccountAsync(cancellationToken: cancellation)).Order;
        }

        for (int i = 0; i < 2; i++)
        {
            await using MedChainNetwork network = await StartAsync(cancellation, _folder.Path);
            using Patient patient = await network.Accounts["clinic"].RegisterPatientAsync("patient", cancellation);
            await AllConfirmAsync(network, patient, order, cancellation);
            Assert.That((await patient.ReadAsync("laboratory", cancellation)).Outcome, Is.EqualTo(DecisionOutcome.NoSuchRecord));
            Assert.That(patient.Grants, Is.Empty);
            Assert.That((await network.VerifyAsync(cancellation)).Select(v => v.Problem), Is.All.Null);
            List<AuditKind> trail = [];
            await foreach (AuditEntry entry in patient.AuditTrailAsync(cancellation))
            {
                trail.Add(entry.Kind);
            }

            Assert.That(trail, Does.Contain(AuditKind.ErasureOrdered).And.Contain(AuditKind.RecordErased));
        }
    }

    [Test]
    public async Task Silent_custodian_is_overdue_after_the_deadline(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        AccountChain silent = network.AccountValidators["clinic"][2];
        using Patient patient = await network.Accounts["clinic"].RegisterPatientAsync("patient", cancellation);
        Digest record = await patient.StoreAsync(Content, "laboratory", cancellationToken: cancellation);
        await silent.DisposeAsync();
        ErasureReport report = await patient.EraseRecordAsync(record, TimeSpan.FromSeconds(1), cancellation);
        Assert.That((report.IsErased, report.Records.Single().IsOverdue), Is.EqualTo((true, false)));
        while (!patient.ErasureOf(report.Order).Records.Single().IsOverdue)
        {
            // Block time goes on with blocks only.
            await patient.ReadAsync("laboratory", cancellation);
        }

        Assert.That(patient.ErasureOf(report.Order).Records.Single().Silent,
            Is.EqualTo([silent.Validator.Options.OperatorKey.PublicKey]));
    }

    [Test]
    public async Task Legal_hold_of_the_institution_blocks_until_it_is_lifted(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        AccountChainClient clinic = network.Accounts["clinic"];
        using Patient patient = await clinic.RegisterPatientAsync("patient", cancellation);
        Digest record = await patient.StoreAsync(Content, "laboratory", ["PSY"], cancellation);
        Digest hold = await clinic.SetLegalHoldAsync(patient.Id, record, cancellation);
        Assert.That(async () => await patient.EraseRecordAsync(record, cancellationToken: cancellation),
            Throws.TypeOf<RefusedException>().With.Message.Contains("is under legal hold"));
        await clinic.LiftLegalHoldAsync(patient.Id, hold, cancellation);
        Assert.That((await patient.EraseClassAsync("", "PSY", cancellationToken: cancellation)).IsErased);
        Assert.That(async () => await patient.EraseClassAsync("", cancellationToken: cancellation), Throws.ArgumentException);
    }

    [Test]
    public async Task Refreshed_record_is_read_with_the_new_shares_and_the_old_ones_are_gone(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        using Patient patient = await network.Accounts["clinic"].RegisterPatientAsync("patient", cancellation);
        Digest record = await patient.StoreAsync(Content, "laboratory", cancellationToken: cancellation);
        HostedChain chain = network.Accounts["clinic"].Chain;
        Digest old = chain.Read().Get<RecordEntry>(StateKey.Record(patient.Id, record))!.KeyHeader;
        await patient.RefreshKeyAsync(record, cancellation);
        AccessResult read = await patient.ReadAsync("laboratory", cancellation);
        Assert.That(read.Records.Single().Content, Is.EqualTo(Content), read.Records.Single().Problem);
        while (chain.Blobs.Contains(old)
            || network.AccountValidators["clinic"].Any(v => v.Validator.Options.CustodyStore.List().Count() != 1))
        {
            await Task.Delay(10, cancellation);
        }

        ChainVerification verified = (await network.VerifyAsync(cancellation)).First(v => v.Chain == "clinic");
        Assert.That((verified.Problem, verified.Records), Is.EqualTo(((string?)null, 1L)));
        Assert.That((await patient.EraseRecordAsync(record, cancellationToken: cancellation)).IsErased);
    }

    /// <summary>A manifest may name chunks of anybody; erasing its record must not take them away.</summary>
    [Test]
    public async Task Chunks_of_another_record_survive_a_manifest_that_names_them(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        using Patient patient = await network.Accounts["clinic"].RegisterPatientAsync("patient", cancellation);
        Digest record = await patient.StoreAsync(Content, "laboratory", cancellationToken: cancellation);
        IBlobStore blobs = network.Accounts["clinic"].Chain.Blobs;
        Digest[] own = [.. await patient.ChunksAsync(record, cancellation)];
        Attachment manifest = Attachment.Create(new RecordManifest(
            Digest.Of([1]),
            new RecordDescription("laboratory").Normalize(DateTimeOffset.UnixEpoch),
            new ContentIndex(Content.Length, [.. own], [])));
        await blobs.PutAsync([manifest.Bytes], cancellation);
        var erasing = new Core.Nodes.Duties.RecordBlobs(blobs, new AttachmentCache());
        await erasing.EraseAsync(
            new RecordReference(default, default),
            new RecordEntry(default, 0, manifest.Commitment, Digest.Of([2]), RecordStatus.Erasing),
            cancellation);
        Assert.That((blobs.Contains(manifest.Commitment), own.All(blobs.Contains)), Is.EqualTo((false, true)));
    }

    private static Task<MedChainNetwork> StartAsync(CancellationToken cancellation, string? folder = null) =>
        MedChainNetwork.StartAsync(new MedChainNetworkOptions { AccountChains = ["clinic"], DataDirectory = folder }, cancellation);

    private static async Task AllConfirmAsync(MedChainNetwork network, Patient patient, Digest order, CancellationToken cancellation)
    {
        while (true)
        {
            Task next = network.Accounts["clinic"].Chain.NextSeal();
            if (patient.ErasureOf(order).Records.All(r => r.Silent.IsEmpty))
            {
                return;
            }

            await next.WaitAsync(cancellation);
        }
    }

    private static async Task<Digest[]> BlobsOfAsync(
        MedChainNetwork network, Patient patient, Digest record, CancellationToken cancellation)
    {
        RecordEntry entry = network.Accounts["clinic"].Chain.Read().Get<RecordEntry>(StateKey.Record(patient.Id, record))!;
        return [entry.Manifest, entry.KeyHeader, .. await patient.ChunksAsync(record, cancellation)];
    }
}
