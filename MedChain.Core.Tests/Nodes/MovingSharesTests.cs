using MedChain.Core.Clients;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>Keys of records follow the validators of a running chain.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class MovingSharesTests
{
    private const string Clinic = "clinic";
    private static readonly byte[] Content = [.. Enumerable.Range(0, 1_000).Select(i => (byte)(i % 251))];

    /// <summary>At the end two of the first four validators are left, fewer than restore a key that they were dealt.</summary>
    [Test]
    public async Task Record_is_read_after_half_of_its_first_custodians_were_replaced_and_stopped(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(
            new MedChainNetworkOptions { AccountChains = [Clinic] }, cancellation);
        using Patient patient = await network.Accounts[Clinic].RegisterPatientAsync("patient", cancellation);
        Digest record = await patient.StoreAsync(Content, "laboratory", cancellationToken: cancellation);
        foreach ((int leaving, int joining, long epoch) in new[] { (3, 4, 1L), (2, 5, 2L) })
        {
            await ReplaceAsync(network, leaving, joining, cancellation);
            await UntilAsync(() => Custody(network, patient, record).Epoch == epoch, cancellation);
            await network.StopValidatorAsync(Clinic, leaving, cancellation);
        }

        AccessResult read = await patient.ReadAsync("laboratory", cancellation);
        Assert.That(read.Records.Single().Content, Is.EqualTo(Content), read.Records.Single().Problem);
        Digest later = await patient.StoreAsync(Content, "laboratory", cancellationToken: cancellation);
        Assert.That(Custody(network, patient, later).Epoch, Is.EqualTo(2));
        Assert.That((await patient.EraseAccountAsync(cancellationToken: cancellation)).IsErased);
    }

    private static async Task ReplaceAsync(MedChainNetwork network, int leaving, int joining, CancellationToken cancellation)
    {
        ValidatorChange change = ValidatorChange.Replace(
            network.ValidatorKeysOf(Clinic, leaving).VotingKey, network.ValidatorKeysOf(Clinic, joining));
        IReadOnlyList<AccountChain> validators = network.AccountValidators[Clinic];
        await validators[0].ProposeValidatorsAsync(change, cancellationToken: cancellation);
        foreach (AccountChain other in validators.Skip(1).Take(2))
        {
            await other.ApproveValidatorsAsync(network.ValidatorKeysOf(Clinic, 0).OperatorKey, change, cancellation);
        }

        AccountChain joined = await network.StartAccountValidatorAsync(Clinic, joining, cancellation);
        await UntilAsync(() => joined.Engine.Status is { IsValidator: true, CanVote: true }, cancellation);
    }

    private static CustodyEntry Custody(MedChainNetwork network, Patient patient, Digest record) =>
        network.Accounts[Clinic].Chain.Read().Get<CustodyEntry>(StateKey.Custody(patient.Id, record))!;

    private static async Task UntilAsync(Func<bool> condition, CancellationToken cancellation)
    {
        while (!condition())
        {
            await Task.Delay(20, cancellation);
        }
    }
}
