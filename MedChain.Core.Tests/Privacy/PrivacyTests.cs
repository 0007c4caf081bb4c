using System.Security.Cryptography;
using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Tests.Computations;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Privacy;

/// <summary>Every byte that a network wrote to its disk: logs, blocks, states, blobs, vaults. It stored records, granted, read, computed
/// and erased.</summary>
[TestFixture]
[CancelAfter(180_000)]
public sealed class PrivacyTests
{
    private const string Clinic = "clinic";
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Start() => _folder = new TemporaryFolder();

    [TearDown]
    public void Stop() => _folder.Dispose();

    [Test]
    public async Task No_plaintext_nothing_of_an_erased_record_and_nothing_on_the_transaction_chain(CancellationToken cancellation)
    {
        MedChainNetworkOptions options = new() { AccountChains = [Clinic], DataDirectory = _folder.Path };
        StoredSecrets kept, erased;
        await using (MedChainNetwork network = await MedChainNetwork.StartAsync(options, cancellation))
        {
            AccountChainClient clinic = network.Accounts[Clinic];
            using Patient one = await clinic.RegisterPatientAsync("one", cancellation);
            using Patient other = await clinic.RegisterPatientAsync("other", cancellation);
            kept = await StoreAsync(network, one, cancellation);
            erased = await StoreAsync(network, one, cancellation);
            await StoreAsync(network, other, cancellation);
            await UseAsync(network, [one, other], cancellation);
            ErasureReport report = await one.EraseRecordAsync(erased.Record, cancellationToken: cancellation);
            while (one.ErasureOf(report.Order).Records.Any(r => !r.Silent.IsEmpty))
            {
                await clinic.Chain.NextSeal().WaitAsync(cancellation);
            }
        }

        string chains = Path.Combine(_folder.Path, "chains");
        string clinicFolder = Path.Combine(chains, Clinic);
        string transactions = Directory.GetDirectories(chains).Single(folder => folder != clinicFolder);
        string log = Path.Combine(_folder.Path, "log");
        Assert.That(Scan(_folder.Path, kept.Plaintext, erased.Plaintext), Is.Empty, "no plaintext anywhere");
        Assert.That(Scan(_folder.Path, kept.Keys, erased.Keys), Is.Empty, "no data key, secret or share anywhere");
        Assert.That(Scan(_folder.Path, erased.Salts, erased.Description, erased.Ciphertext), Is.Empty, "nothing of the erased record");
        Assert.That(
            Scan(transactions, kept.Salts, kept.Description, kept.Ciphertext, kept.Names, erased.Names),
            Is.Empty,
            "nothing of any record on the transaction chain");
        Assert.That(Scan(log, kept.Salts, kept.Description, kept.Ciphertext), Is.Empty, "attachments and chunks are not ordered");
        Assert.That(
            Scan(Path.Combine(clinicFolder, "validators"), kept.Salts, kept.Description, kept.Ciphertext),
            Is.Empty,
            "blocks and states hold commitments alone");

        // The same scanner finds what must be there.
        Assert.That(Scan(Path.Combine(clinicFolder, "blobs"), kept.Salts), Is.Not.Empty);
        Assert.That(Scan(Path.Combine(clinicFolder, "blobs"), kept.Description), Is.Not.Empty);
        Assert.That(Scan(Path.Combine(clinicFolder, "blobs"), kept.Ciphertext), Is.Not.Empty);
        Assert.That(Scan(Path.Combine(clinicFolder, "validators"), kept.Names), Is.Not.Empty);
        Assert.That(Scan(log, kept.Names), Is.Not.Empty);
        await File.WriteAllTextAsync(
            Path.Combine(transactions, "planted.txt"), Convert.ToBase64String(erased.Plaintext["content"][5..]), cancellation);
        Assert.That(Scan(transactions, erased.Plaintext), Does.Contain("planted.txt: content as base64"));
    }

    private static IReadOnlyList<string> Scan(string folder, params Dictionary<string, byte[]>[] secrets)
    {
        var scanner = new SecretScanner();
        foreach ((string name, byte[] secret) in secrets.SelectMany(s => s))
        {
            scanner.Add(name, secret);
        }

        return scanner.FindIn(folder);
    }

    /// <summary>Everybody reads, and a task computes.</summary>
    private static async Task UseAsync(MedChainNetwork network, Patient[] patients, CancellationToken cancellation)
    {
        using Practitioner nurse = await network.Accounts[Clinic].RegisterPractitionerAsync("nurse", cancellationToken: cancellation);
        foreach (Patient patient in patients)
        {
            await patient.PermitAsync(Policies.Reading(patient.Id), cancellation);
            await patient.PermitAsync(Policies.Research(patient.Id, minimumCohort: 2, uses: 10), cancellation);
            AccessResult read = await nurse.ReadAsync(patient.Id, Computation.Clinical, "TREAT", cancellationToken: cancellation);
            Assert.That(read.Records.Select(r => r.Problem), Is.All.Null);
            Assert.That((await patient.ReadAsync(Computation.Clinical, cancellation)).Records, Is.Not.Empty);
        }

        using Researcher researcher = await network.Transactions.RegisterResearcherAsync(
            "researcher", ["accredited-researcher"], cancellation);
        TaskReceipt task = await researcher.SubmitAsync(Computation.CountPatients(), "HRESCH", cancellationToken: cancellation);
        Assert.That(task.Outcome, Is.EqualTo(TaskOutcome.Released));
    }

    private static async Task<StoredSecrets> StoreAsync(MedChainNetwork network, Patient patient, CancellationToken cancellation)
    {
        // Random letters: a needle of them is nowhere by chance.
        string words = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(70_000));
        byte[] content = Bundles.Of(Bundles.Patient("female"), $$"""{"resourceType":"Basic","id":"b","text":"{{words}}"}""").ToArray();
        string encounter = $"visit-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20))}";
        string code = $"http://loinc.org|{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20))}";
        Digest record = await patient.StoreRecordAsync(
            content,
            new RecordDescription(Computation.Clinical) { Encounter = encounter, Codes = [code], Labels = ["N"] },
            cancellationToken: cancellation);
        AccountChainClient clinic = network.Accounts[Clinic];
        IBlobStore blobs = clinic.Chain.Blobs;
        RecordEntry entry = clinic.Chain.Read().Get<RecordEntry>(StateKey.Record(patient.Id, record))!;
        KeyHeader header = (await AttachmentReader.TryReadAsync<KeyHeader>(blobs, entry.KeyHeader, cancellation))!;
        var secrets = new StoredSecrets(record);
        secrets.Plaintext.Add("content", content);
        secrets.Description.Add("encounter", System.Text.Encoding.UTF8.GetBytes(encounter));
        secrets.Description.Add("code", System.Text.Encoding.UTF8.GetBytes(code));
        secrets.Salts.Add("manifest's salt", (await SaltAsync(blobs, entry.Manifest, cancellation)).ToArray());
        secrets.Salts.Add("key header's salt", (await SaltAsync(blobs, entry.KeyHeader, cancellation)).ToArray());
        secrets.Salts.Add("content's salt", header.Content.Salt.ToArray());
        secrets.Names.Add("manifest's name", entry.Manifest.ToArray());
        secrets.Names.Add("record's name", record.ToArray());
        foreach (Digest chunk in await patient.ChunksAsync(record, cancellation))
        {
            byte[] ciphertext = (await blobs.TryGetAsync(chunk, cancellation))!.Value.ToArray();
            secrets.Ciphertext.Add($"chunk {chunk}", ciphertext[RecordSealer.MarkSize..]);
        }

        await AddKeysAsync(network, header, entry.KeyHeader, secrets, cancellation);
        return secrets;
    }

    private static async Task<ReadOnlyMemory<byte>> SaltAsync(IBlobStore blobs, Digest attachment, CancellationToken cancellation) =>
        Core.Encoding.Canonical.Decode<Attachment>((await blobs.TryGetAsync(attachment, cancellation))!.Value).Salt;

    /// <summary>What only a quorum of custodians together could find out.</summary>
    private static async Task AddKeysAsync(
        MedChainNetwork network, KeyHeader header, Digest keyHeader, StoredSecrets secrets, CancellationToken cancellation)
    {
        var shares = new List<(int Holder, SecretScalar Share)>();
        foreach (AccountChain validator in network.AccountValidators[Clinic])
        {
            int holder = shares.Count + 1;
            SecretScalar? share;
            while ((share = await OpenAsync(validator.Validator.Options, keyHeader, cancellation)) is null)
            {
                await Task.Delay(5, cancellation);
            }

            shares.Add((holder, share));
            secrets.Keys.Add($"share {holder}", shares[^1].Share.Export());
        }

        using SecretScalar secret = SecretSharing.Combine(shares[1..]);
        Assert.That(secret.Commit(), Is.EqualTo(header.Commitments[0]));
        secrets.Keys.Add("secret", secret.Export());
        byte[] info =
        [
            .. "medchain/dek/v1"u8, .. network.Accounts[Clinic].Genesis.Chain.Value.ToArray(), .. secrets.Record.ToArray(),
            (byte)header.Content.Algorithm,
        ];
        secrets.Keys.Add("data key", HKDF.DeriveKey(HashAlgorithmName.SHA256, secret.Export(), 32, header.Content.Salt.ToArray(), info));
        shares.ForEach(s => s.Share.Dispose());
    }

    private static async Task<SecretScalar?> OpenAsync(ChainValidatorOptions options, Digest keyHeader, CancellationToken cancellation)
    {
        ShareVault vault = await ShareVault.OpenAsync(options.Genesis.Chain, options.CustodyKey, options.CustodyStore, cancellation);
        return await vault.TryOpenAsync(keyHeader, cancellation);
    }

    /// <summary>What is looked for, of one record.</summary>
    private sealed record StoredSecrets(Digest Record)
    {
        public Dictionary<string, byte[]> Plaintext { get; } = [];

        public Dictionary<string, byte[]> Description { get; } = [];

        public Dictionary<string, byte[]> Salts { get; } = [];

        public Dictionary<string, byte[]> Keys { get; } = [];

        public Dictionary<string, byte[]> Ciphertext { get; } = [];

        /// <summary>What the account chain shows of a record.</summary>
        public Dictionary<string, byte[]> Names { get; } = [];
    }
}
