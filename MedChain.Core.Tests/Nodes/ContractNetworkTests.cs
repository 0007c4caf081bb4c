using MedChain.Core.Clients;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Contracts.Programs;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>Contracts on chains of four validators, through the clients.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class ContractNetworkTests
{
    private static readonly ContractCode Register = Compile(StudyRegister.Text);
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Start() => _folder = new TemporaryFolder();

    [TearDown]
    public void Stop() => _folder.Dispose();

    [Test]
    public async Task Patients_call_and_everybody_sees_what_happened(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        AccountChainClient clinic = network.Accounts["clinic"];
        using Patient anna = await clinic.RegisterPatientAsync("anna", cancellation);
        EntityUid register = await clinic.Contracts.DeployAsync(Register, cancellationToken: cancellation);
        Assert.That(await clinic.Contracts.DeployAsync(Register, cancellationToken: cancellation), Is.EqualTo(register));
        var who = new EntityValue(anna.Contracts.Caller);

        ContractReceipt enrolled = await anna.Contracts.CallAsync(register, "enrol", [who], cancellationToken: cancellation);
        ContractReceipt again = await anna.Contracts.CallAsync(register, "enrol", [who], cancellationToken: cancellation);
        Assert.That(enrolled.Failure, Is.Null);
        Assert.That((again.Succeeded, again.Effects.Length, again.GasUsed > 0), Is.EqualTo((false, 0, true)));
        Assert.That(again.Failure, Does.EndWith("already enrolled"));

        ContractLogEntry entry = await clinic.Contracts.EventsAsync(register, cancellationToken: cancellation).SingleAsync(cancellation);
        Assert.That((entry.Caller, ((ContractEffect.Emitted)entry.Effect).Name), Is.EqualTo((anna.Id, "Enrolled")));
        Assert.That(entry.Proof!.Verify(clinic.Genesis.Chain, clinic.Genesis.Validators), Is.True);
        Assert.That(
            await clinic.Contracts.EventsAsync(new EntityUid("Contract", "other"), cancellationToken: cancellation).AnyAsync(cancellation),
            Is.False);
        Assert.That(
            await clinic.Contracts.EventsAsync(register, entry.Height.Next, cancellation).AnyAsync(cancellation), Is.False);
    }

    [TestCase(ReadMode.Local)]
    [TestCase(ReadMode.Proved)]
    [TestCase(ReadMode.Ordered)]
    public async Task View_and_variable_are_read_in_every_mode(ReadMode mode, CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        AccountChainClient clinic = network.Accounts["clinic"];
        using Patient anna = await clinic.RegisterPatientAsync("anna", cancellation);
        EntityUid register = await clinic.Contracts.DeployAsync(Register, cancellationToken: cancellation);
        var who = new EntityValue(anna.Contracts.Caller);
        await anna.Contracts.CallAsync(register, "enrol", [who], cancellationToken: cancellation);

        ContractView view = await clinic.Contracts.ViewAsync(register, "since", [who], mode, cancellation);
        Assert.That((view.Receipt.Failure, view.Receipt.Result is DateTimeValue), Is.EqualTo(((string?)null, true)));
        Assert.That(view.Proofs, Has.Length.EqualTo(mode == ReadMode.Local ? 0 : 3), "the contract, its bytecode and the seat");
        Assert.That(view.Proofs.Select(p => p.Verify(clinic.Genesis.Chain, clinic.Genesis.Validators)), Is.All.True);
        Assert.That(view.Proofs.Select(p => p.Header.Height), Is.All.EqualTo(view.Height));

        ContractVariable seat = await clinic.Contracts.ReadAsync(register, "seats", who, mode, cancellation);
        Assert.That(seat.Value, Is.EqualTo(view.Receipt.Result));
        Assert.That(seat.Proof is null, Is.EqualTo(mode == ReadMode.Local));
        Assert.That(view.Proofs.Any(p => ContractVariable.TryRead(p, out ContractVariable? read) && seat.Value!.Equals(read.Value)),
            Is.EqualTo(mode != ReadMode.Local));
        var nobody = new EntityValue(clinic.Contracts.Caller);
        ContractVariable none = await clinic.Contracts.ReadAsync(register, "seats", nobody, mode, cancellation);
        Assert.That((none.Value, none.Proof), Is.EqualTo(((CedarValue?)null, (ChainProof?)null)));

        ContractView changing = await clinic.Contracts.ViewAsync(register, "leave", [], mode, cancellation);
        Assert.That(changing.Receipt.Failure, Does.Contain("only a view"));
    }

    [Test]
    public async Task Researchers_call_on_the_transaction_chain(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        using Researcher rosa = await network.Transactions.RegisterResearcherAsync("rosa", ["accredited-researcher"], cancellation);
        EntityUid board = await network.Transactions.Contracts.DeployAsync(
            Compile("""
                contract Board {
                  state notes: Map<Long, String>;
                  state next: Long = 0;
                  event Posted(note: Long, by: Researcher);
                  fn post(text: String): Long requires principal is Researcher && principal in Role::"accredited-researcher" {
                    notes[next] = text;
                    emit Posted(next, principal);
                    next += 1;
                    return next;
                  }
                }
                """),
            "board of the study",
            cancellation);
        ContractReceipt posted = await rosa.Contracts.CallAsync(board, "post", [new StringValue("begin")], cancellationToken: cancellation);
        Assert.That((posted.Failure, posted.Result), Is.EqualTo(((string?)null, new LongValue(1))));
        var emitted = (ContractEffect.Emitted)posted.Effects.Single();
        Assert.That(emitted.Values, Is.EqualTo(new CedarValue[] { new LongValue(0), new EntityValue(rosa.Contracts.Caller) }));
        await Assert.ThatAsync(
            () => rosa.Contracts.DeployAsync(Register, cancellationToken: cancellation), Throws.InstanceOf<RefusedException>());
    }

    [Test]
    public async Task Contracts_are_the_same_on_all_validators_and_after_a_restart(CancellationToken cancellation)
    {
        EntityUid register;
        BlockHeight height;
        await using (MedChainNetwork network = await StartAsync(cancellation))
        {
            AccountChainClient clinic = network.Accounts["clinic"];
            register = await clinic.Contracts.DeployAsync(Register, cancellationToken: cancellation);
            for (int i = 0; i < 3; i++)
            {
                using Patient patient = await clinic.RegisterPatientAsync($"patient {i}", cancellation);
                var who = new EntityValue(patient.Contracts.Caller);
                await patient.Contracts.CallAsync(register, "enrol", [who], cancellationToken: cancellation);
            }

            height = clinic.Height;
        }

        await using (MedChainNetwork network = await StartAsync(cancellation))
        {
            AccountChainClient clinic = network.Accounts["clinic"];
            ContractView view = await clinic.Contracts.ViewAsync(
                register, "before", [new DateTimeValue(long.MaxValue)], cancellationToken: cancellation);
            Assert.That(view.Receipt.Result, Is.EqualTo(new LongValue(3)), view.Receipt.Failure);
            using Patient late = await clinic.RegisterPatientAsync("late", cancellation);
            ContractReceipt full = await late.Contracts.CallAsync(
                register, "enrol", [new EntityValue(late.Contracts.Caller)], cancellationToken: cancellation);
            Assert.That(full.Failure, Does.Contain("used < max"));
            Assert.That(clinic.Height, Is.GreaterThan(height));
            ChainVerification check = (await network.VerifyAsync(cancellation)).Single(v => v.Chain == "clinic");
            Assert.That(check.Problem, Is.Null, "All blocks executed again give the same state and receipts.");
        }
    }

    [Test]
    public async Task Calls_that_cannot_be_written_are_the_callers_mistake(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        ContractClient contracts = network.Accounts["clinic"].Contracts;
        EntityUid address = contracts.AddressOf(Register);
        var huge = new StringValue(new string('x', 100_000));
        Assert.That(() => contracts.AddressOf(Register, new string('l', 65)), Throws.ArgumentException);
        Func<Task>[] mistakes =
        [
            () => contracts.CallAsync(new EntityUid("Contract", "register"), "enrol", [], cancellationToken: cancellation),
            () => contracts.CallAsync(address, "enrol", [huge], cancellationToken: cancellation),
            () => contracts.CallAsync(address, new string('f', 257), [], cancellationToken: cancellation),
            () => contracts.CallAsync(address, "enrol", [], gas: 0, cancellation),
            () => contracts.ReadAsync(address, "seats", huge, cancellationToken: cancellation),
            () => contracts.ViewAsync(address, "before", [], (ReadMode)7, cancellation),
        ];
        foreach (Func<Task> mistake in mistakes)
        {
            await Assert.ThatAsync(mistake, Throws.InstanceOf<ArgumentException>());
        }

        ContractReceipt unknown = await contracts.CallAsync(address, "enrol", [], cancellationToken: cancellation);
        Assert.That(unknown.Failure, Does.Contain("no such contract"), "That there is none is an outcome.");
    }

    private static ContractCode Compile(string text) => ContractVm.CompileContract(text, MedicalSchema.Default).Contract!;

    private Task<MedChainNetwork> StartAsync(CancellationToken cancellation) => MedChainNetwork.StartAsync(
        new MedChainNetworkOptions { AccountChains = ["clinic"], DataDirectory = _folder.Path }, cancellation);
}
