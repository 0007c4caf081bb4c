using MedChain.Core.Clients;
using MedChain.Core.Ledger;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>What each way of reading promises.</summary>
[TestFixture]
[CancelAfter(60_000)]
public sealed class ReadTests
{
    private MedChainNetwork _network = null!;

    [SetUp]
    public async Task StartAsync() =>
        _network = await MedChainNetwork.StartAsync(new MedChainNetworkOptions { AccountChains = ["clinic"] });

    [TearDown]
    public async Task StopAsync() => await _network.DisposeAsync();

    [TestCase(ReadMode.Local)]
    [TestCase(ReadMode.Proved)]
    [TestCase(ReadMode.Ordered)]
    public async Task Account_is_read(ReadMode mode, CancellationToken cancellation)
    {
        AccountChainClient clinic = _network.Accounts["clinic"];
        using Practitioner nurse = await clinic.RegisterPractitionerAsync("nurse", ["nurse", "ward-7"], cancellation);
        AccountReading read = await clinic.ReadAccountAsync(nurse.Id, mode, cancellation);

        Assert.That(read.Kind, Is.EqualTo(AccountKind.Practitioner));
        Assert.That(read.Roles, Is.EqualTo(["nurse", "ward-7"]));
        Assert.That(read.Proof?.Verify(clinic.Genesis.Chain, clinic.Genesis.Validators), Is.EqualTo(mode == ReadMode.Local ? null : true));
        Assert.That(read.Proof is null || read.Proof.Header.Height == read.Height);
    }

    [TestCase(ReadMode.Local)]
    [TestCase(ReadMode.Proved)]
    [TestCase(ReadMode.Ordered)]
    public async Task Account_that_is_not_there_has_no_kind(ReadMode mode, CancellationToken cancellation)
    {
        AccountReading read = await _network.Transactions.ReadAccountAsync(new AccountId(Digest.Of([1])), mode, cancellation);
        Assert.That((read.Kind, read.Proof), Is.EqualTo(((AccountKind?)null, (ChainProof?)null)));
    }

    /// <summary>Pitfall 20: reads that wait for equal answers of a quorum can starve, and can hold up ordered requests. Here a read either
    /// asks nobody, or is a transaction like any other.</summary>
    [Test]
    public async Task P20_reads_wait_for_nobody_unless_they_are_ordered(CancellationToken cancellation)
    {
        AccountChainClient clinic = _network.Accounts["clinic"];
        using Patient patient = await clinic.RegisterPatientAsync("patient", cancellation);
        foreach (int index in (int[])[2, 3])
        {
            await _network.AccountValidators["clinic"][index].DisposeAsync();
        }

        BlockHeight height = clinic.Height;
        foreach (ReadMode mode in (ReadMode[])[ReadMode.Local, ReadMode.Proved])
        {
            Assert.That((await clinic.ReadAccountAsync(patient.Id, mode, cancellation)).Kind, Is.EqualTo(AccountKind.Patient));
        }

        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<AccountReading> ordered = clinic.ReadAccountAsync(patient.Id, ReadMode.Ordered, impatient.Token);
        await impatient.CancelAsync();
        Assert.That(async () => await ordered, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(clinic.Height, Is.EqualTo(height), "Two of four order nothing.");
    }

    [Test]
    public async Task Ordered_read_sees_what_was_sealed_before_it_and_takes_a_place_of_its_own(CancellationToken cancellation)
    {
        AccountChainClient clinic = _network.Accounts["clinic"];
        for (int i = 0; i < 5; i++)
        {
            using Patient patient = await clinic.RegisterPatientAsync($"patient {i}", cancellation);
            BlockHeight before = clinic.Height;
            AccountReading read = await clinic.ReadAccountAsync(patient.Id, ReadMode.Ordered, cancellation);
            Assert.That(read.Kind, Is.EqualTo(AccountKind.Patient));
            Assert.That(read.Height, Is.GreaterThan(before));
        }
    }

    [Test]
    public void Mark_of_a_stranger_is_refused_and_leaves_no_trace()
    {
        using var chain = new Ledger.LedgerChain(ChainKind.Account, "hospital");
        chain.Execute();
        Digest root = chain.Executor.Current.Tree.Root;
        var stranger = chain.Own(new Ledger.Person("stranger"));
        Assert.That(chain.Send(stranger, new MarkOrder()).Status, Is.EqualTo(ReceiptStatus.Refused));
        Assert.That(chain.Executor.Current.Tree.Root, Is.EqualTo(root));
    }
}
