using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Tests.Computations;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>A running network whose validators join, leave and come back, through what hosts can call.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class NetworkValidatorTests
{
    private const string Clinic = "clinic";
    private const int Newcomer = 4;
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Start() => _folder = new TemporaryFolder();

    [TearDown]
    public void Stop() => _folder.Dispose();

    [Test]
    public async Task Validator_that_joins_votes_and_is_there_after_a_restart(CancellationToken cancellation)
    {
        await using (MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation))
        {
            using Patient patient = await network.Accounts[Clinic].RegisterPatientAsync("patient", cancellation);
            await ChangeAsync(network, ValidatorChange.Add(network.ValidatorKeysOf(Clinic, Newcomer)), cancellation);
            AccountChain joined = await network.StartAccountValidatorAsync(Clinic, Newcomer, cancellation);
            await UntilVotesAsync(joined, cancellation);

            // Four of five are a quorum now, so without the newcomer's vote nothing more would be sealed.
            await network.StopValidatorAsync(Clinic, 0, cancellation);
            await patient.StoreAsync(Content, Computation.Clinical, cancellationToken: cancellation);
            AccessResult own = await patient.ReadAsync(Computation.Clinical, cancellation);
            Assert.That(own.Records.Single().Content, Is.EqualTo(Content.ToArray()), own.Records.Single().Problem);
            Assert.That(network.AccountValidators[Clinic], Has.Count.EqualTo(4).And.Member(joined));
        }

        await using (MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation))
        {
            Assert.That(network.AccountValidators[Clinic], Has.Count.EqualTo(5));
            await UntilVotesAsync(network.AccountValidators[Clinic][Newcomer], cancellation);
            using Patient another = await network.Accounts[Clinic].RegisterPatientAsync("another", cancellation);
            Assert.That((await network.VerifyAsync(cancellation)).Select(r => r.Problem), Is.All.Null);
        }
    }

    [Test]
    public async Task Validator_that_is_removed_follows_until_it_is_stopped_and_clients_go_on(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(Options(), cancellation);
        AccountChain removed = network.AccountValidators[Clinic][3];
        await ChangeAsync(network, ValidatorChange.Remove(network.ValidatorKeysOf(Clinic, 3).VotingKey), cancellation);
        await UntilAsync(() => removed.Engine.Status is { Epoch: 1, IsValidator: false }, cancellation);
        using Patient patient = await network.Accounts[Clinic].RegisterPatientAsync("patient", cancellation);
        await UntilAsync(() => removed.Engine.Status.Delivered >= network.Accounts[Clinic].Height, cancellation);

        await network.StopValidatorAsync(Clinic, 3, cancellation);
        await patient.StoreAsync(Content, Computation.Clinical, cancellationToken: cancellation);
        await Assert.ThatAsync(
            () => network.StartAccountValidatorAsync(Clinic, 3, cancellation),
            Throws.InvalidOperationException.With.Message.Contains("start the network again"));
    }

    [Test]
    public async Task Task_is_computed_after_a_validator_of_the_transaction_chain_was_replaced(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(
            new MedChainNetworkOptions { AccountChains = [Clinic] }, cancellation);
        for (int i = 0; i < 2; i++)
        {
            using Patient patient = await network.Accounts[Clinic].RegisterPatientAsync($"patient {i}", cancellation);
            await patient.StoreAsync(Content, Computation.Clinical, cancellationToken: cancellation);
            await patient.PermitAsync(Policies.Research(patient.Id, minimumCohort: 2, uses: 10), cancellation);
        }

        string chain = network.Transactions.Genesis.Name;
        ValidatorChange change = ValidatorChange.Replace(
            network.ValidatorKeysOf(chain, 1).VotingKey, network.ValidatorKeysOf(chain, Newcomer));
        await network.TransactionValidators[0].ProposeValidatorsAsync(change, cancellationToken: cancellation);
        foreach (int other in new[] { 2, 3 })
        {
            await network.TransactionValidators[other].ApproveValidatorsAsync(
                network.ValidatorKeysOf(chain, 0).OperatorKey, change, cancellation);
        }

        TransactionChain joined = await network.StartTransactionValidatorAsync(Newcomer, cancellation);
        await UntilAsync(() => joined.Engine.Status is { IsValidator: true, CanVote: true }, cancellation);
        await network.StopValidatorAsync(chain, 1, cancellation);
        using Researcher researcher = await network.Transactions.RegisterResearcherAsync(
            "researcher", ["accredited-researcher"], cancellation);
        TaskReceipt receipt = await researcher.SubmitAsync(Computation.CountPatients(), "HRESCH", cancellationToken: cancellation);
        Assert.That((receipt.Outcome, receipt.Cohort), Is.EqualTo((TaskOutcome.Released, 2L)));
    }

    [Test]
    public async Task Mistakes_of_the_caller_are_named(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(
            new MedChainNetworkOptions { AccountChains = [Clinic], ValidatorsPerChain = 1 }, cancellation);
        Assert.That(() => network.ValidatorKeysOf("elsewhere", 0), Throws.ArgumentException.With.Message.Contains("no chain 'elsewhere'"));
        Assert.That(() => network.ValidatorKeysOf(Clinic, -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        await Assert.ThatAsync(
            () => network.StartAccountValidatorAsync(network.Transactions.Genesis.Name, 1, cancellation),
            Throws.ArgumentException.With.Message.Contains("is no account chain"));
        await Assert.ThatAsync(
            () => network.StartAccountValidatorAsync(Clinic, 0, cancellation),
            Throws.InvalidOperationException.With.Message.Contains("runs already"));
        await Assert.ThatAsync(
            () => network.StopValidatorAsync(Clinic, 1, cancellation),
            Throws.InvalidOperationException.With.Message.Contains("does not run"));
        await Assert.ThatAsync(
            () => network.StopValidatorAsync(Clinic, 0, cancellation),
            Throws.InvalidOperationException.With.Message.Contains("the last one"));
    }

    private static ReadOnlyMemory<byte> Content => Bundles.Of(Bundles.Patient("female"));

    private MedChainNetworkOptions Options() => new() { AccountChains = [Clinic], DataDirectory = _folder.Path };

    /// <summary>Three operators of the clinic, a quorum of four, agree on a change.</summary>
    private static async Task ChangeAsync(MedChainNetwork network, ValidatorChange change, CancellationToken cancellation)
    {
        IReadOnlyList<AccountChain> validators = network.AccountValidators[Clinic];
        await validators[0].ProposeValidatorsAsync(change, cancellationToken: cancellation);
        foreach (int other in new[] { 1, 2 })
        {
            await validators[other].ApproveValidatorsAsync(network.ValidatorKeysOf(Clinic, 0).OperatorKey, change, cancellation);
        }
    }

    private static Task UntilVotesAsync(AccountChain validator, CancellationToken cancellation) =>
        UntilAsync(() => validator.Engine.Status is { IsValidator: true, CanVote: true }, cancellation);

    private static async Task UntilAsync(Func<bool> condition, CancellationToken cancellation)
    {
        while (!condition())
        {
            await Task.Delay(20, cancellation);
        }
    }
}
