using System.Collections.Concurrent;
using System.Globalization;
using MedChain.Core.Blocks;
using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Consensus;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Tests.Computations;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>A whole network, with consensus and files.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class NetworkTests
{
    private static readonly string[] Institutions = ["clinic", "hospital"];
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Start() => _folder = new TemporaryFolder();

    [TearDown]
    public void Stop() => _folder.Dispose();

    [Test]
    public async Task Second_start_on_a_data_directory_is_refused(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation);
        StorageException? failure = await Assert.ThrowsAsync<StorageException>(() => MedChainNetwork.StartAsync(Options(), cancellation));
        Assert.That(failure!.Fault, Is.EqualTo(StorageFault.InUse));
    }

    [Test]
    public async Task Validator_that_contradicts_itself_is_recorded_once_though_all_others_report_it(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation);
        IReadOnlyList<AccountChain> validators = network.AccountValidators["clinic"];
        Genesis genesis = validators[0].Genesis;
        SealVote[] seals = [.. new byte[] { 1, 2 }.Select(value =>
        {
            var header = Digest.Of([value]);
            byte[] statement = SealCertificate.Statement(genesis.Chain, 0, new BlockHeight(9), header);
            return new SealVote(0, new BlockHeight(9), header, 2, validators[2].Validator.Options.VotingKey.Sign(statement));
        })];
        Evidence evidence = Evidence.Of(seals[0], seals[1], genesis.Chain, genesis.Validators)!;
        foreach (AccountChain validator in validators)
        {
            validator.Validator.Report(evidence);
        }

        while (validators.Any(v => v.ReadMisconducts().Count == 0))
        {
            await Task.Delay(20, cancellation);
        }

        MisconductEntry entry = validators.SelectMany(v => v.ReadMisconducts()).Distinct().Single();
        Assert.That((entry.Validator, entry.Kind), Is.EqualTo((2, Misconduct.TwoSeals)));
    }

    [Test]
    public async Task Directory_of_another_network_is_refused(CancellationToken cancellation)
    {
        await (await MedChainNetwork.StartAsync(Options(), cancellation)).DisposeAsync();
        StorageException? failure = await Assert.ThrowsAsync<StorageException>(() => MedChainNetwork.StartAsync(
            new MedChainNetworkOptions { AccountChains = ["other"], DataDirectory = _folder.Path }, cancellation));
        Assert.That(failure!.Fault, Is.EqualTo(StorageFault.Foreign));
    }

    [Test]
    public async Task Restarted_network_goes_on_where_it_stopped(CancellationToken cancellation)
    {
        BlockHeight height;
        await using (MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation))
        {
            await FillAsync(network, cancellation);
            Assert.That((await SubmitAsync(network, cancellation)).Outcome, Is.EqualTo(TaskOutcome.Released));
            height = network.Accounts["clinic"].Height;
        }

        await using (MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation))
        {
            AccountChainClient clinic = network.Accounts["clinic"];
            Assert.That(clinic.Height, Is.EqualTo(height), "known before the next block comes");
            using Patient patient = await clinic.RegisterPatientAsync("clinic patient 0", cancellation);
            AccessResult own = await patient.ReadAsync(Computation.Clinical, cancellation);
            Assert.That(own.Records.Single().Content, Is.EqualTo(Content(0).ToArray()), own.Records.Single().Problem);

            var kinds = new List<AuditKind>();
            await foreach (AuditEntry entry in patient.AuditTrailAsync(cancellation))
            {
                kinds.Add(entry.Kind);
                Assert.That(entry.Proof is null || entry.Proof.Verify(clinic.Genesis.Chain, clinic.Genesis.Validators));
                Assert.That(entry.Kind is AuditKind.KeysReleased or AuditKind.AccessAcknowledged || entry.Proof is not null,
                    $"{entry.Kind} at {entry.Height} is proved");
            }

            Assert.That(kinds, Is.EqualTo([
                AuditKind.AccountRegistered, AuditKind.RecordStored, AuditKind.RecordAccepted, AuditKind.GrantSet,
                AuditKind.TaskDecided, AuditKind.TaskRecorded, AuditKind.AccessPermitted, AuditKind.KeysReleased,
                AuditKind.AccessAcknowledged]));
            TaskReceipt next = await SubmitAsync(network, cancellation);
            Assert.That((next.Outcome, next.Cohort, next.ErasuresConfirmed, next.Acknowledged),
                Is.EqualTo((TaskOutcome.Released, 4L, 2, 2)));
        }
    }

    [Test]
    public async Task Stopped_leader_of_an_account_chain_does_not_stop_the_network(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(InMemory(), cancellation);
        await FillAsync(network, cancellation);
        await network.AccountValidators["clinic"][0].DisposeAsync();
        using Patient patient = await network.Accounts["clinic"].RegisterPatientAsync("another", cancellation);
        await patient.StoreAsync(Content(9), Computation.Clinical, cancellationToken: cancellation);
        AccessResult own = await patient.ReadAsync(Computation.Clinical, cancellation);
        Assert.That(own.Records.Single().Content, Is.EqualTo(Content(9).ToArray()), own.Records.Single().Problem);
        Assert.That((await SubmitAsync(network, cancellation)).Outcome, Is.EqualTo(TaskOutcome.Released));
    }

    [Test]
    public async Task Researcher_without_the_role_finds_no_cohort(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(InMemory(), cancellation);
        await FillAsync(network, cancellation);
        using Researcher researcher = await network.Transactions.RegisterResearcherAsync("curious", [], cancellation);
        TaskReceipt receipt = await researcher.SubmitAsync(Computation.CountPatients(), "HRESCH", cancellationToken: cancellation);
        Assert.That((receipt.Outcome, receipt.Cohort, receipt.Result),
            Is.EqualTo((TaskOutcome.InsufficientCohort, 0L, (ComputationResult?)null)));
    }

    /// <summary>An executor that cannot do one task goes on with the next.</summary>
    [Test]
    public async Task Task_whose_data_is_gone_is_aborted_costs_nothing_and_the_next_is_computed(CancellationToken cancellation)
    {
        var reasons = new ConcurrentBag<string>();
        var options = new MedChainNetworkOptions { AccountChains = Institutions, OnTaskAbandoned = (_, reason) => reasons.Add(reason) };
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(options, cancellation);
        await FillAsync(network, cancellation);
        using Patient patient = await network.Accounts["clinic"].RegisterPatientAsync("clinic patient 0", cancellation);
        HostedChain chain = network.Accounts["clinic"].Chain;
        RecordEntry record = chain.Read().Get<RecordEntry>(StateKey.Record(patient.Id, patient.Records.Single()))!;
        await chain.Blobs.EraseAsync(record.KeyHeader, cancellation);
        TaskReceipt aborted = await SubmitAsync(network, cancellation);
        Assert.That((aborted.Outcome, aborted.Result), Is.EqualTo((TaskOutcome.Aborted, (ComputationResult?)null)));
        Assert.That(chain.Read().Scan<GrantEntry>(StateKey.GrantsOf(patient.Id)).Single().Value.Uses, Is.Zero);
        Assert.That(reasons, Has.Some.Contains($"key header of record {patient.Records.Single()} is gone"));

        await patient.RevokeAsync(patient.Grants.Single(), cancellation);
        TaskReceipt next = await SubmitAsync(network, cancellation);
        Assert.That((next.Outcome, next.Cohort), Is.EqualTo((TaskOutcome.Released, 3L)));
    }

    [Test]
    public async Task Two_clients_of_one_person_send_at_the_same_time(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(InMemory(), cancellation);
        using Patient one = await network.Accounts["clinic"].RegisterPatientAsync("patient", cancellation);
        using Patient two = await network.Accounts["clinic"].RegisterPatientAsync("patient", cancellation);
        Digest[] records = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            i => (i % 2 == 0 ? one : two).StoreAsync(Content(i), "laboratory", cancellationToken: cancellation)));
        Assert.That(one.Records, Is.EquivalentTo(records));
    }

    [Test]
    public async Task Waiting_for_a_task_ends_when_the_network_stops(CancellationToken cancellation)
    {
        MedChainNetwork network = await MedChainNetwork.StartAsync(InMemory(), cancellation);
        await FillAsync(network, cancellation);
        using Researcher researcher = await network.Transactions.RegisterResearcherAsync("researcher", ["accredited-researcher"],
            cancellation);
        Task<TaskReceipt> waiting = researcher.SubmitAsync(Computation.CountPatients(), "HRESCH", cancellationToken: cancellation);
        await network.DisposeAsync();
        await Task.WhenAny(waiting, Task.Delay(Timeout.Infinite, cancellation));
        Assert.That(waiting.IsCompletedSuccessfully || waiting.Exception?.InnerException is InvalidOperationException,
            $"{waiting.Status} {waiting.Exception}");
    }

    /// <summary>Neither the ciphertext nor the plaintext of a record comes near the transaction chain.</summary>
    [Test]
    public async Task Transaction_chain_stores_no_chunk_of_any_record(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(InMemory(), cancellation);
        await FillAsync(network, cancellation);
        Assert.That((await SubmitAsync(network, cancellation)).Outcome, Is.EqualTo(TaskOutcome.Released));
        List<byte[]> secrets = [.. Enumerable.Range(0, 2).Select(i => Content(i).ToArray())];
        foreach (AccountChainClient accounts in network.Accounts.Values)
        {
            foreach (RecordEntry record in accounts.Chain.Read().Scan<RecordEntry>(new StateKey("r"u8.ToArray())).Select(r => r.Value))
            {
                IBlobStore blobs = accounts.Chain.Blobs;
                RecordManifest manifest = (await AttachmentReader.TryReadAsync<RecordManifest>(blobs, record.Manifest, cancellation))!;
                foreach (Digest blob in manifest.Content.Chunks.AsEnumerable().Append(record.Manifest).Append(record.KeyHeader))
                {
                    secrets.Add(blob.ToArray());
                    secrets.Add((await blobs.TryGetAsync(blob, cancellation))!.Value[..32].ToArray());
                }
            }
        }

        Assert.That(secrets, Has.Count.EqualTo(2 + (4 * 3 * 2)));
        foreach (TransactionChain validator in network.TransactionValidators)
        {
            IBlobStore blobs = validator.Validator.Blobs;
            foreach (Digest digest in blobs.List())
            {
                AssertHasNone((await blobs.TryGetAsync(digest, cancellation))!.Value, secrets);
            }

            IBlockStore blocks = validator.Validator.Options.BlockStore;
            for (var height = new BlockHeight(1); height <= blocks.Head; height = height.Next)
            {
                AssertHasNone(blocks.TryRead(height)!.Body, secrets);
            }
        }
    }

    /// <summary>Stopped anywhere between proposal and close, every task comes to an end, and its result is released or is not.</summary>
    [Test]
    [CancelAfter(600_000)]
    public async Task Tasks_come_to_an_end_whenever_the_network_restarts(CancellationToken cancellation)
    {
        int restarts = int.Parse(Environment.GetEnvironmentVariable("MEDCHAIN_RESTARTS") ?? "5", CultureInfo.InvariantCulture);
        await using (MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation))
        {
            await FillAsync(network, cancellation);
        }

        var random = new Random(restarts);
        HashSet<Digest> all = [];
        for (int restart = 0; restart < restarts; restart++)
        {
            await using MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation);
            using Researcher researcher = await network.Transactions.RegisterResearcherAsync("researcher", ["accredited-researcher"],
                cancellation);
            Task[] running = [.. Enumerable.Range(0, 2).Select(_ =>
                researcher.SubmitAsync(Computation.CountPatients(), "HRESCH", cancellationToken: cancellation))];
            await Task.Delay(random.Next(0, 400), cancellation);
            await network.DisposeAsync();
            await Task.WhenAll(running).ContinueWith(static t => t.Exception, TaskScheduler.Default);
        }

        await using (MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation))
        {
            using Researcher researcher = await network.Transactions.RegisterResearcherAsync("researcher", ["accredited-researcher"],
                cancellation);
            foreach (var entry in network.Transactions.Chain.Read().Scan<TaskEntry>(StateKey.Tasks).ToArray())
            {
                Digest task = StateKey.FirstPart(entry.Key);
                all.Add(task);
                TaskReceipt receipt = await researcher.WaitAsync(task, cancellation);
                Assert.That(receipt.Outcome, Is.AnyOf(TaskOutcome.Released, TaskOutcome.Aborted));
                Assert.That(receipt.Result is not null, Is.EqualTo(receipt.Outcome == TaskOutcome.Released));
            }

            int released = network.Transactions.Chain.Read().Scan<TaskEntry>(StateKey.Tasks)
                .Count(t => t.Value.Outcome == TaskOutcome.Released);
            foreach (AccountChainClient accounts in network.Accounts.Values)
            {
                Assert.That(
                    accounts.Chain.Read().Scan<GrantEntry>(new StateKey("g"u8.ToArray())).Select(g => g.Value.Uses),
                    Is.All.EqualTo(released),
                    "one use for each result, none for an aborted task");
            }

            Assert.That((await SubmitAsync(network, cancellation)).Outcome, Is.EqualTo(TaskOutcome.Released));
        }

        Assert.That(all, Is.Not.Empty);
    }

    private static void AssertHasNone(ReadOnlyMemory<byte> bytes, List<byte[]> secrets)
    {
        foreach (byte[] secret in secrets)
        {
            Assert.That(bytes.Span.IndexOf(secret), Is.Negative);
        }
    }

    [Test]
    public async Task Network_that_drops_old_blocks_restarts_and_is_sound(CancellationToken cancellation)
    {
        MedChainNetworkOptions options = new()
        {
            AccountChains = ["clinic"],
            DataDirectory = _folder.Path,
            Limits = new CbftLimits { CheckpointInterval = 4, KeptBlocks = 8 },
        };
        await using (MedChainNetwork network = await MedChainNetwork.StartAsync(options, cancellation))
        {
            AccountChainClient clinic = network.Accounts["clinic"];
            for (int i = 0; network.AccountValidators["clinic"].Any(v => v.Validator.Options.BlockStore.First.Value == 1); i++)
            {
                (await clinic.RegisterPatientAsync($"patient {i}", cancellation)).Dispose();
            }
        }

        await using (MedChainNetwork network = await MedChainNetwork.StartAsync(options, cancellation))
        {
            AccountChainClient clinic = network.Accounts["clinic"];
            (await clinic.RegisterPatientAsync("one more", cancellation)).Dispose();
            ChainVerification verification = (await network.VerifyAsync(cancellation)).Single(v => v.Chain == "clinic");
            Assert.That(verification.Problem, Is.Null);
            Assert.That(verification.Height, Is.EqualTo(clinic.Height));
        }
    }

    private MedChainNetworkOptions Options() => new() { AccountChains = Institutions, DataDirectory = _folder.Path };

    private static MedChainNetworkOptions InMemory() => new() { AccountChains = Institutions };

    private static ReadOnlyMemory<byte> Content(int i) => Bundles.Of(Bundles.Patient(i % 2 == 0 ? "female" : "male"));

    /// <summary>Two patients on each chain, who permit research.</summary>
    private static async Task FillAsync(MedChainNetwork network, CancellationToken cancellation)
    {
        foreach (AccountChainClient accounts in network.Accounts.Values)
        {
            for (int i = 0; i < 2; i++)
            {
                using Patient patient = await accounts.RegisterPatientAsync($"{accounts.Genesis.Name} patient {i}", cancellation);
                await patient.StoreAsync(Content(i), Computation.Clinical, cancellationToken: cancellation);
                await patient.PermitAsync(Policies.Research(patient.Id, minimumCohort: 2, uses: 1_000), cancellation);
            }
        }
    }

    private static async Task<TaskReceipt> SubmitAsync(MedChainNetwork network, CancellationToken cancellation)
    {
        using Researcher researcher = await network.Transactions.RegisterResearcherAsync("researcher", ["accredited-researcher"],
            cancellation);
        return await researcher.SubmitAsync(Computation.CountPatients(), "HRESCH", cancellationToken: cancellation);
    }
}
