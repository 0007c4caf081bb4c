using MedChain.Core.Clients;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;
using MedChain.Core.Tests.Custody;
using MedChain.Core.Tests.Ledger;
using NUnit.Framework;

namespace MedChain.Core.Tests.Nodes;

/// <summary>Records in a whole network: described, from streams, in versions, in parts.</summary>
[TestFixture]
[CancelAfter(120_000)]
public sealed class RecordsTests
{
    private const int Length = 5_000_000;

    [Test]
    public async Task Large_record_is_stored_from_a_stream_and_read_in_parts_by_whom_the_patient_permits(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        using Patient patient = await network.Accounts["clinic"].RegisterPatientAsync("patient", cancellation);
        using Practitioner radiologist = await network.Accounts["clinic"].RegisterPractitionerAsync(
            "radiologist", cancellationToken: cancellation);
        Digest record = await patient.StoreStreamAsync(
            new PatternStream(Length),
            new RecordDescription("imaging") { Labels = ["R"], Codes = ["http://dicom.nema.org|CT"], Author = radiologist.Id },
            cancellationToken: cancellation);
        OpeningResult denied = await radiologist.OpenAsync(patient.Id, record, "TREAT", cancellationToken: cancellation);
        Assert.That((denied.Outcome, denied.Record), Is.EqualTo((DecisionOutcome.NotPermitted, (OpenedRecord?)null)));
        await patient.PermitAsync(
            Policies.Reading(patient.Id, "resource.codes.contains(\"http://dicom.nema.org|CT\") && resource has author"), cancellation);
        OpeningResult opened = await radiologist.OpenAsync(patient.Id, record, "TREAT", cancellationToken: cancellation);
        Assert.That(opened.Problem, Is.Null);
        using OpenedRecord study = opened.Record!;
        Assert.That((study.Length, study.Description.Author), Is.EqualTo(((long)Length, (AccountId?)radiologist.Id)));
        Assert.That(PatternStream.Matches(4_000_000, await study.ReadRangeAsync(4_000_000, 100_000, cancellation)));
        await study.CopyToAsync(new PatternStream(Length), cancellationToken: cancellation);
        Assert.That((await patient.ChunksAsync(record, cancellation)).Count, Is.EqualTo(77));
        Assert.That((await network.VerifyAsync(cancellation)).Select(v => v.Problem), Is.All.Null);
        Assert.That((await patient.EraseClassAsync("", "R", cancellationToken: cancellation)).IsErased);
        Assert.That(await patient.DescribeAsync(record, cancellation), Is.Null);
        await Assert.ThatAsync(
            () => patient.EraseClassAsync("", "R", cancellationToken: cancellation), Throws.InstanceOf<RefusedException>());
    }

    [Test]
    public async Task New_version_is_listed_alone_and_the_old_one_is_still_opened(CancellationToken cancellation)
    {
        await using MedChainNetwork network = await StartAsync(cancellation);
        using Patient patient = await network.Accounts["clinic"].RegisterPatientAsync("patient", cancellation);
        Digest first = await patient.StoreAsync(new byte[] { 1 }, "laboratory", ["PSY"], cancellation);
        Digest second = await patient.StoreRecordAsync(
            new byte[] { 2, 2 }, new RecordDescription("laboratory"), supersedes: first, cancellation);
        Assert.That(patient.Records, Is.EqualTo([second]));
        Assert.That(patient.StatusOf(first), Is.EqualTo(RecordStatus.Superseded));
        RecordVersion[] versions = [new(first, 1, RecordStatus.Superseded), new(second, 2, RecordStatus.Live)];
        Assert.That(patient.VersionsOf(first), Is.EqualTo(versions));
        Assert.That(patient.VersionsOf(second), Is.EqualTo(versions));
        AccessResult read = await patient.ReadAsync("laboratory", cancellation);
        Assert.That(read.Records.Single().Content, Is.EqualTo(new byte[] { 2, 2 }));
        using OpenedRecord old = (await patient.OpenAsync(first, cancellation)).Record!;
        Assert.That(await old.ReadRangeAsync(0, 1, cancellation), Is.EqualTo(new byte[] { 1 }));
        Assert.That((await patient.DescribeAsync(first, cancellation))!.Labels, Is.EqualTo(["PSY"]));
        Assert.That(SensitivityLabels.WordsFor("PSY"), Is.EqualTo("psychiatric disorder"));
        await Assert.ThatAsync(
            () => patient.StoreRecordAsync(new byte[] { 3 }, new RecordDescription("laboratory"), first, cancellation),
            Throws.InstanceOf<RefusedException>().With.Message.Contains("was superseded"));
    }

    private static Task<MedChainNetwork> StartAsync(CancellationToken cancellation) => MedChainNetwork.StartAsync(
        new MedChainNetworkOptions { AccountChains = ["clinic"] }, cancellation);
}
