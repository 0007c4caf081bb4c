using CsCheck;
using MedChain.Core.Clients;
using MedChain.Core.Computations;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.Audit;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Computations;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>A patient's audit trail in a file, across an epoch, checked without the chain; and files that lie.</summary>
[TestFixture]
public sealed class AuditFileTests
{
    private byte[] _file = [];
    private byte[] _other = [];
    private ChainId _chain;
    private AccountId _patient;

    [OneTimeSetUp]
    public async Task Make()
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(
            new MedChainNetworkOptions { AccountChains = ["clinic", "other"] });
        AccountChainClient clinic = network.Accounts["clinic"];
        _chain = clinic.Genesis.Chain;
        using Patient patient = await clinic.RegisterPatientAsync("patient");
        using Patient second = await clinic.RegisterPatientAsync("second");
        using Practitioner doctor = await clinic.RegisterPractitionerAsync("doctor");
        foreach (Patient one in new[] { patient, second })
        {
            await one.StoreAsync(Bundles.Of(Bundles.Patient("female")), Computation.Clinical, ["PSY"]);
            await one.PermitAsync(Policies.Research(one.Id, minimumCohort: 2, uses: 10));
        }

        _patient = patient.Id;
        await doctor.ReadAsync(patient.Id, Computation.Clinical, "TREAT", "ward round");
        using Researcher researcher = await network.Transactions.RegisterResearcherAsync("researcher", ["accredited-researcher"]);
        await researcher.SubmitAsync(Computation.CountPatients(), "HRESCH");
        var change = ValidatorChange.Remove(network.ValidatorKeysOf("clinic", 3).VotingKey);
        IReadOnlyList<AccountChain> validators = network.AccountValidators["clinic"];
        await validators[0].ProposeValidatorsAsync(change);
        await validators[1].ApproveValidatorsAsync(network.ValidatorKeysOf("clinic", 0).OperatorKey, change);
        await validators[2].ApproveValidatorsAsync(network.ValidatorKeysOf("clinic", 0).OperatorKey, change);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (validators[0].Engine.Status.Epoch < 1)
        {
            await Task.Delay(20, limit.Token);
        }

        await patient.ReadAsync(Computation.Clinical);
        await patient.RevokeAsync(patient.Grants[0]);
        _file = await ExportAsync(patient);
        using Patient abroad = await network.Accounts["other"].RegisterPatientAsync("abroad");
        _other = await ExportAsync(abroad);
    }

    [Test]
    public void File_proves_every_entry_and_what_it_was_for()
    {
        AuditVerdict verdict = AuditFile.Verify(_file, _chain);
        Assert.That(verdict.IsProved, string.Join('\n', verdict.Entries.Select(e => $"{e.Kind} {e.Problem}")) + verdict.Problem);
        Assert.That(verdict.Patient, Is.EqualTo(_patient));

        // When the custodians move the shares to the new validators is theirs to say.
        Assert.That(verdict.Entries.Select(e => e.Kind).Where(k => k != AuditKind.RecordReshared), Is.EqualTo([
            AuditKind.AccountRegistered, AuditKind.RecordStored, AuditKind.RecordAccepted, AuditKind.GrantSet, AuditKind.AccessDenied,
            AuditKind.TaskDecided, AuditKind.TaskRecorded, AuditKind.AccessPermitted, AuditKind.KeysReleased, AuditKind.AccessAcknowledged,
            AuditKind.GrantRevoked]));
        Assert.That(verdict.Entries.Select(e => e.Gap), Is.All.Null);
        Assert.That(verdict.Entries[1].Detail, Is.EqualTo("record stored, clinical [PSY]"));
        Assert.That(verdict.Entries[4].Detail, Does.Contain("read clinical for TREAT (ward round) with MedChain.Core 0.1.0: NotPermitted"));
        AuditVerdictEntry receipt = verdict.Entries.Single(e => e.Kind == AuditKind.AccessAcknowledged);
        Assert.That(receipt.Detail, Does.Contain("1 records of up to 1 KiB together (Complete)").And.Contain("with MedChain.Core"));
        Assert.That((receipt.Facts.Human, receipt.Facts.Software), Is.EqualTo((_patient, ActingSoftware.Library)));
        Assert.That(receipt.Facts.Custodians, Has.Length.GreaterThanOrEqualTo(3));
        Assert.That(verdict.Entries[5].Detail, Does.Contain("her permissions say Permitted"));
    }

    [Test]
    public void File_carries_the_epochs_that_its_proofs_need()
    {
        Assert.That(AuditFile.Verify(_file).Validators!.Latest.Number, Is.EqualTo(1));
        AuditFileContent content = Canonical.Decode<AuditFileContent>(_file);
        AuditVerdict cut = AuditFile.Verify(Canonical.Encode(content with { Handoffs = new byte[] { 0x90 } }));
        Assert.That(cut.Entries[0].Problem, Is.Null);
        Assert.That(cut.Entries[^1].Problem, Is.Not.Null, "of an epoch that the history does not reach");
        Assert.That(cut.IsProved, Is.False);
    }

    [Test]
    public void Changed_byte_anywhere_is_found_out()
    {
        Assert.That(AuditFile.Verify(_file).IsProved);
        Gen.Select(Gen.Int[0, _file.Length - 1], Gen.Int[1, 255]).Sample(
            change =>
            {
                byte[] changed = [.. _file];
                changed[change.Item1] ^= (byte)change.Item2;
                AuditVerdict verdict = AuditFile.Verify(changed, _chain);
                return !verdict.IsProved;
            },
            iter: 2_000);
    }

    [Test]
    public void Entry_that_is_damaged_leaves_the_others_proved()
    {
        AuditFileContent content = Canonical.Decode<AuditFileContent>(_file);
        Attachment opening = Attachment.Create("something else"u8.ToArray());
        AuditFileContent changed = content with { Entries = content.Entries.SetItem(1, content.Entries[1] with { Attachment = opening }) };
        AuditVerdict verdict = AuditFile.Verify(Canonical.Encode(changed));
        Assert.That(verdict.Entries[1].Problem, Does.Contain("attachment"));
        Assert.That(verdict.Entries.Count(e => e.Problem is null), Is.EqualTo(verdict.Entries.Length - 1));
    }

    [Test]
    public void Entries_of_somebody_else_or_twice_or_of_another_chain_prove_nothing()
    {
        AuditFileContent content = Canonical.Decode<AuditFileContent>(_file);
        AuditFileContent other = Canonical.Decode<AuditFileContent>(_other);
        Assert.That(AuditFile.Verify(_other).IsProved);
        Assert.That(AuditFile.Verify(_other, _chain).Problem, Does.Contain("not of"));
        Assert.That(Judge(content with { Patient = other.Patient })[0], Does.Contain("somebody else"));
        Assert.That(Judge(content with { Entries = content.Entries.Insert(1, content.Entries[0]) })[1], Does.Contain("repeated"));
        Assert.That(Judge(content with { Entries = other.Entries })[0], Does.Contain("proof does not hold"));
        Assert.That(Judge(content with { Genesis = other.Genesis, Handoffs = other.Handoffs }), Is.All.Contain("proof does not hold"));
    }

    [Test]
    public void Unsealed_entry_is_counted_as_not_proved()
    {
        AuditFileContent content = Canonical.Decode<AuditFileContent>(_file);
        AuditVerdict verdict = AuditFile.Verify(Canonical.Encode(content with { Unsealed = [new BlockHeight(9)] }));
        Assert.That((verdict.IsProved, verdict.Unsealed.Length), Is.EqualTo((false, 1)));
    }

    [Test]
    public void Garbage_and_beginnings_of_files_are_refused()
    {
        Gen.Byte.Array[0, 300].Sample(bytes => AuditFile.Verify(bytes).Problem is not null);
        Gen.Int[0, _file.Length - 1].Sample(length => AuditFile.Verify(_file.AsMemory(0, length)).Problem is not null, iter: 200);
        Assert.That(AuditFile.Verify(new byte[AuditFile.MaxBytes + 1]).Problem, Does.Contain("the limit is"));
    }

    private static string?[] Judge(AuditFileContent content) =>
        [.. AuditFile.Verify(Canonical.Encode(content)).Entries.Select(e => e.Problem)];

    private static async Task<byte[]> ExportAsync(Patient patient)
    {
        using var output = new MemoryStream();
        int entries = await patient.ExportAuditAsync(output);
        Assert.That(AuditFile.Verify(output.ToArray()).Entries, Has.Length.EqualTo(entries));
        return output.ToArray();
    }
}
