using MedChain.Core.Clients;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>Guardians and recovered keys in a whole network.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class RecoveryTests
{
    private static readonly byte[] Content = "haemoglobin"u8.ToArray();

    [Test]
    public async Task Patient_who_lost_her_keys_reads_her_records_with_new_ones(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        await using (MedChainNetwork network = await StartAsync(cancellation, folder.Path))
        {
            AccountChainClient clinic = network.Accounts["clinic"];
            using Patient patient = await clinic.RegisterPatientAsync("patient", cancellation);
            using Guardian sister = await clinic.RegisterGuardianAsync("sister", cancellation);
            using Guardian friend = await clinic.RegisterGuardianAsync("friend", cancellation);
            await patient.StoreAsync(Content, "laboratory", cancellationToken: cancellation);
            await patient.Safeguards.SetRecoveryAsync(2, [sister.Id, friend.Id], TimeSpan.FromSeconds(1), cancellation);

            using KeyRecovery recovery = clinic.RecoverPatient(patient.Id, "patient again");
            await sister.SupportRecoveryAsync(patient.Id, recovery.Key, recovery.AgreementKey, cancellation);
            await friend.SupportRecoveryAsync(patient.Id, recovery.Key, recovery.AgreementKey, cancellation);
            Assert.That(recovery.Due, Is.Not.Null.And.EqualTo(patient.Safeguards.RecoveryDue));
            await patient.Safeguards.VetoRecoveryAsync(cancellation);
            Assert.That(async () => await recovery.FinishAsync(cancellation), Throws.TypeOf<RefusedException>());

            await sister.SupportRecoveryAsync(patient.Id, recovery.Key, recovery.AgreementKey, cancellation);
            await friend.SupportRecoveryAsync(patient.Id, recovery.Key, recovery.AgreementKey, cancellation);
            using Patient recovered = await FinishAsync(recovery, cancellation);
            Assert.That(recovered.Id, Is.EqualTo(patient.Id));
            AccessResult read = await recovered.ReadAsync("laboratory", cancellation);
            Assert.That(read.Records.Single().Content, Is.EqualTo(Content), read.Records.Single().Problem);
            Assert.That(async () => await patient.ReadAsync("laboratory", cancellation),
                Throws.TypeOf<RefusedException>().With.Message.Contains("is not signed with the current key"));
            using var file = new MemoryStream();
            await recovered.ExportAuditAsync(file, cancellationToken: cancellation);
            AuditVerdict verdict = AuditFile.Verify(file.ToArray());
            Assert.That(verdict.Entries.Select(e => e.Problem), Is.All.Null);
            Assert.That(verdict.Entries.Select(e => e.Kind), Does.Contain(AuditKind.RecoveryVetoed).And.Contain(AuditKind.KeyReplaced));
        }

        await using MedChainNetwork later = await StartAsync(cancellation, folder.Path);
        using Patient found = await later.Accounts["clinic"].RegisterPatientAsync("patient again", cancellation);
        using Patient lost = await later.Accounts["clinic"].RegisterPatientAsync("patient", cancellation);
        Assert.That(found.Id, Is.EqualTo(lost.Id));
        Assert.That((await found.ReadAsync("laboratory", cancellation)).Records.Single().Content, Is.EqualTo(Content));
    }

    [Test]
    public async Task Guardian_reads_permits_and_erases_and_is_named_in_the_trail(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        AccountChainClient clinic = network.Accounts["clinic"];
        using Patient child = await clinic.RegisterPatientAsync("child", cancellation);
        await clinic.People.SetMajorityAsync(child.Id, DateTimeOffset.UtcNow.AddYears(9), cancellation);
        using Guardian mother = await clinic.RegisterGuardianAsync("mother", cancellation);
        using Practitioner nurse = await clinic.RegisterPractitionerAsync("nurse", cancellationToken: cancellation);
        await clinic.People.AppointGuardianAsync(child.Id, mother.Id, cancellationToken: cancellation);
        var record = await mother.StoreAsync(child.Id, Content, new RecordDescription("laboratory"), cancellation);
        Assert.That(child.Records, Is.EqualTo([record]));
        Assert.That(async () => await child.PermitAsync(Policies.Reading(child.Id), cancellation),
            Throws.TypeOf<RefusedException>().With.Message.Contains("is a minor"));
        await mother.PermitAsync(child.Id, Policies.Reading(child.Id), cancellation);
        Assert.That((await nurse.ReadAsync(child.Id, "laboratory", "TREAT", cancellationToken: cancellation)).Outcome,
            Is.EqualTo(DecisionOutcome.Permitted));
        AccessResult read = await mother.ReadAsync(child.Id, "laboratory", cancellation);
        Assert.That(read.Records.Single().Content, Is.EqualTo(Content), read.Records.Single().Problem);
        Assert.That((await mother.EraseRecordAsync(child.Id, record, cancellation)).IsErased);
        List<(AuditKind, Core.Primitives.AccountId)> trail = [];
        await foreach (AuditEntry entry in child.AuditTrailAsync(cancellation))
        {
            trail.Add((entry.Kind, entry.Actor));
        }

        Assert.That(trail, Does.Contain((AuditKind.GrantSet, mother.Id)).And.Contain((AuditKind.AccessPermitted, mother.Id))
            .And.Contain((AuditKind.ErasureOrdered, mother.Id)));
        using var file = new MemoryStream();
        await child.ExportAuditAsync(file, cancellationToken: cancellation);
        Assert.That(AuditFile.Verify(file.ToArray()).Entries.Select(e => e.Problem), Is.All.Null);
        Guardianship found = child.Safeguards.Guardians.Single();
        Assert.That((found.Guardian, found.Scopes, found.IsLegal), Is.EqualTo((mother.Id, GuardianScopes.All, true)));
    }

    /// <summary>Finishes once the delay has passed by block time, which goes on with blocks only.</summary>
    private static async Task<Patient> FinishAsync(KeyRecovery recovery, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await recovery.FinishAsync(cancellation);
            }
            catch (RefusedException e) when (e.Message.Contains("can veto", StringComparison.Ordinal))
            {
                await Task.Delay(50, cancellation);
            }
        }
    }

    private static Task<MedChainNetwork> StartAsync(CancellationToken cancellation, string? folder = null) => MedChainNetwork.StartAsync(
        new MedChainNetworkOptions { AccountChains = ["clinic"], DataDirectory = folder }, cancellation);
}
