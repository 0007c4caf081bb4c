using MedChain.Core.Clients;
using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Privacy;

/// <summary>One person with another account for every chain and relationship.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class PseudonymTests
{
    private static readonly ChainId Chain = new(Digest.Of("chain"u8));
    private static readonly byte[] Finding = "the same finding"u8.ToArray();

    [Test]
    public void Same_secret_chain_and_relationship_give_the_same_keys_and_anything_else_gives_others()
    {
        using var master = MasterSecret.Create();
        using var copy = MasterSecret.Import(master.Export());
        using var stranger = MasterSecret.Create();
        PublicKey[] KeysOf(MasterSecret secret, ChainId chain, string relationship)
        {
            using HolderKeys keys = secret.DeriveKeys(chain, relationship);
            return [keys.Signing.PublicKey, new PublicKey(keys.Agreement.PublicKey.ToArray())];
        }

        PublicKey[] known = KeysOf(master, Chain, "family doctor");
        Assert.That(KeysOf(copy, Chain, "family doctor"), Is.EqualTo(known));
        PublicKey[][] others =
        [
            KeysOf(master, new ChainId(Digest.Of("other"u8)), "family doctor"), KeysOf(master, Chain, "study 7"),
            KeysOf(stranger, Chain, "family doctor"),
        ];
        Assert.That(others.SelectMany(keys => keys).Concat(known).Distinct().Count(), Is.EqualTo(8));
        Assert.That(() => master.DeriveKeys(Chain, ""), Throws.ArgumentException);
        Assert.That(() => MasterSecret.Import(new byte[31]), Throws.ArgumentException);
    }

    /// <summary>Keys never change: a patient who restores her secret must find her accounts.</summary>
    [Test]
    public void Keys_are_those_of_the_specification()
    {
        using var master = MasterSecret.Import([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        using HolderKeys keys = master.DeriveKeys(Chain, "family doctor");
        byte[] info =
        [
            0xB5, .. "medchain/pseudonym/v1"u8,
            0x93, 0xC4, 0x20, .. Chain.Value.ToArray(), 0xAD, .. "family doctor"u8, 0xA7, .. "signing"u8,
        ];
        byte[] seed = System.Security.Cryptography.HKDF.DeriveKey(
            System.Security.Cryptography.HashAlgorithmName.SHA256, master.Export(), 32, salt: [], info);
        Assert.That(keys.Signing.ExportSeed(), Is.EqualTo(seed));
    }

    /// <summary>Neither institution, nor who reads at one of them for one purpose, sees anything of her other accounts.</summary>
    [Test]
    public async Task Accounts_of_one_patient_have_nothing_in_common_in_any_store(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        using var master = MasterSecret.Create();
        Dictionary<string, byte[]> clinicValues, hospitalValues;
        AccountId doctorId;
        await using (MedChainNetwork network = await StartAsync(folder, cancellation))
        {
            using Patient doctor = await network.Accounts["clinic"].RegisterPseudonymAsync(master, "family doctor", cancellation);
            using Patient study = await network.Accounts["clinic"].RegisterPseudonymAsync(master, "study 7", cancellation);
            using Patient hospital = await network.Accounts["hospital"].RegisterPseudonymAsync(master, "family doctor", cancellation);
            Assert.That(new[] { doctor.Id, study.Id, hospital.Id }.Distinct().Count(), Is.EqualTo(3));
            foreach (Patient patient in new[] { doctor, study, hospital })
            {
                await patient.StoreAsync(Finding, "laboratory", cancellationToken: cancellation);
            }

            clinicValues = ValuesOf(network, "clinic", doctor, study);
            hospitalValues = ValuesOf(network, "hospital", hospital);
            doctorId = doctor.Id;
            Assert.That(network.Accounts["clinic"].PatientHandles(), Is.Empty, "the host keeps no keys of hers");
        }

        await using (MedChainNetwork network = await StartAsync(folder, cancellation))
        {
            using Patient again = await network.Accounts["clinic"].RegisterPseudonymAsync(master, "family doctor", cancellation);
            Assert.That(again.Id, Is.EqualTo(doctorId), "from the secret alone");
            AccessResult read = await again.ReadAsync("laboratory", cancellation);
            Assert.That(read.Records.Single().Content, Is.EqualTo(Finding));
        }

        string chains = Path.Combine(folder.Path, "chains");
        Assert.That(Scan(Path.Combine(chains, "clinic"), clinicValues), Is.Not.Empty);
        Assert.That(Scan(Path.Combine(chains, "clinic"), hospitalValues), Is.Empty);
        Assert.That(Scan(Path.Combine(chains, "hospital"), clinicValues), Is.Empty);
        Assert.That(Scan(Path.Combine(chains, "research"), clinicValues), Is.Empty);
        Assert.That(Scan(folder.Path, new() { ["master secret"] = master.Export() }), Is.Empty);
    }

    private static Task<MedChainNetwork> StartAsync(TemporaryFolder folder, CancellationToken cancellation) => MedChainNetwork.StartAsync(
        new MedChainNetworkOptions { AccountChains = ["clinic", "hospital"], DataDirectory = folder.Path }, cancellation);

    /// <summary>What a chain shows of accounts: names, keys, records.</summary>
    private static Dictionary<string, byte[]> ValuesOf(MedChainNetwork network, string chain, params Patient[] patients)
    {
        var values = new Dictionary<string, byte[]>();
        LedgerState state = network.Accounts[chain].Chain.Read();
        foreach (Patient patient in patients)
        {
            AccountEntry entry = state.Get<AccountEntry>(StateKey.Account(patient.Id))!;
            values.Add($"id {patient.Id}", patient.Id.Value.ToArray());
            values.Add($"key of {patient.Id}", entry.Key.ToArray());
            values.Add($"agreement key of {patient.Id}", entry.AgreementKey.ToArray());
            values.Add($"record of {patient.Id}", patient.Records.Single().ToArray());
        }

        return values;
    }

    private static IReadOnlyList<string> Scan(string folder, Dictionary<string, byte[]> values)
    {
        var scanner = new SecretScanner();
        foreach ((string name, byte[] value) in values)
        {
            scanner.Add(name, value);
        }

        return scanner.FindIn(folder);
    }
}
