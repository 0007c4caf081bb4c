using System.Diagnostics;
using System.Security.Cryptography;
using MedChain.Benchmarks.Measuring;
using MedChain.Core;
using MedChain.Core.Clients;
using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;

namespace MedChain.Benchmarks.Custody;

/// <summary>A network whose patient has her keys released, and her records erased, again and again.</summary>
internal sealed class CustodyRun(MedChainNetwork network, Patient patient, DecryptionKey key)
{
    private const string Chain = "clinic";
    private const int WarmUps = 5;

    /// <exception cref="InvalidOperationException">A release did not restore the secret.</exception>
    public static async Task<(LatencyHistogram Release, LatencyHistogram Erasure)> MeasureAsync(int validators, int releases, int erasures)
    {
        using var keyStore = new MemoryKeyStore();
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(new MedChainNetworkOptions
        {
            AccountChains = [Chain],
            ValidatorsPerChain = validators,
            KeyStore = keyStore,
        });
        using Patient patient = await network.Accounts[Chain].RegisterPatientAsync("patient");
        using HolderKeys keys = keyStore.GetOrCreate(Chain, "patient/patient");
        var run = new CustodyRun(network, patient, keys.Agreement);
        return (await run.ReleaseAsync(releases), await run.EraseAsync(erasures));
    }

    private async Task<LatencyHistogram> ReleaseAsync(int count)
    {
        Digest record = await patient.StoreAsync(RandomNumberGenerator.GetBytes(1_000), "laboratory");
        AccessResult access = await patient.ReadAsync("laboratory");
        RecordEntry entry = network.Accounts[Chain].Chain.Read().Get<RecordEntry>(StateKey.Record(patient.Id, record))!;
        KeyHeader header = (await AttachmentReader.TryReadAsync<KeyHeader>(
            network.Accounts[Chain].Chain.Blobs, entry.KeyHeader, CancellationToken.None))!;
        var latencies = new LatencyHistogram();
        for (int i = -WarmUps; i < count; i++)
        {
            long started = Stopwatch.GetTimestamp();
            await RestoreAsync(access.Request, record, header);
            if (i >= 0)
            {
                latencies.Add(Stopwatch.GetElapsedTime(started));
            }
        }

        return latencies;
    }

    private async Task RestoreAsync(Digest request, Digest record, KeyHeader header)
    {
        ShareRelease[] releases = await Task.WhenAll(network.AccountValidators[Chain].Select(
            v => Task.Run(() => v.Custodian.ReleaseAsync(request, CancellationToken.None).AsTask())));
        using var shares = new OpenedShares(
            network.Accounts[Chain].Genesis.Chain, request, key, releases.Select(r => r.Shares).OfType<ReleasedShares>());
        using SecretScalar? secret = shares.TryRestore(record, header);
        if (secret is null)
        {
            throw new InvalidOperationException($"The custodians' {shares.CountOf(record)} shares did not restore the secret.");
        }
    }

    private async Task<LatencyHistogram> EraseAsync(int count)
    {
        var latencies = new LatencyHistogram();
        for (int i = -1; i < count && count > 0; i++)
        {
            Digest record = await patient.StoreAsync(RandomNumberGenerator.GetBytes(1_000), "laboratory");
            long started = Stopwatch.GetTimestamp();
            await patient.EraseRecordAsync(record);
            if (i >= 0)
            {
                latencies.Add(Stopwatch.GetElapsedTime(started));
            }
        }

        return latencies;
    }
}
