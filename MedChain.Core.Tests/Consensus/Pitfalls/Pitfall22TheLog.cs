using MedChain.Core.Consensus.Messages;
using MedChain.Core.Storage;
using MedChain.Core.Storage.Files;
using MedChain.Core.Tests.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus.Pitfalls;

/// <summary>Pitfall 22: a folder that is not flushed, a flush that is tried again, and damage in the middle that is skipped.</summary>
[TestFixture]
public sealed class Pitfall22TheLog
{
    private const string Folder = "/log";
    private const int NoRotation = 1 << 30;

    /// <summary>Small segments, so that the log makes several files; then the power fails, and every name that was not flushed with its
    /// folder is gone.</summary>
    [Test]
    public async Task Records_in_new_files_survive_a_power_loss_because_the_folder_is_flushed()
    {
        var disk = new SimulatedDisk();
        await using (var log = new FileConsensusLog(Folder, disk, segmentSize: 100))
        {
            log.Open("a");
            for (int i = 0; i < 5; i++)
            {
                await log.AppendAsync("a", [Sample.Record(1, i)]);
            }
        }

        SimulatedDisk after = disk.AfterPowerLoss(PowerLoss.DropsAll, seed: 1);
        Assert.That(after.ListFiles(Folder).Count(f => f.EndsWith(".log", StringComparison.Ordinal)), Is.GreaterThan(1));
        await using var again = new FileConsensusLog(Folder, after, segmentSize: 100);
        LogContents contents = again.Open("a");
        Assert.That(contents.Damage, Is.Null);
        string[] written = Sample.Describe(Enumerable.Range(0, 5).Select(i => Sample.Record(1, i)));
        Assert.That(Sample.Describe(contents.Records), Is.EqualTo(written));
    }

    [Test]
    public async Task Failed_flush_fails_the_log_for_good()
    {
        var disk = new SimulatedDisk();
        await using var log = new FileConsensusLog(Folder, disk, NoRotation);
        log.Open("a");
        disk.FlushFails = true;
        await Assert.ThatAsync(async () => await log.AppendAsync("a", [Sample.Record(1, 1)]), Throws.InstanceOf<StorageException>());
        disk.FlushFails = false;
        await Assert.ThatAsync(
            async () => await log.AppendAsync("a", [Sample.Record(1, 1)]),
            Throws.InstanceOf<StorageException>().With.Message.Contains("accepts nothing more"));
    }

    /// <summary>Wherever a byte of a real log is damaged, the validator signs nothing any more, for it could have lost any of its votes;
    /// those that are left it may send again.</summary>
    [Test]
    public async Task Damage_before_the_end_makes_a_learner_and_not_a_validator_that_forgot_a_vote()
    {
        var before = new MachineHarness();
        before.ReceiveVotes(VotePhase.Prepare, 1, before.ProposeBatch(1).Digest, 0, 2);
        var disk = new SimulatedDisk();
        await using (var log = new FileConsensusLog(Folder, disk, NoRotation))
        {
            log.Open("a");
            foreach (LogRecord record in before.Records)
            {
                await log.AppendAsync("a", [record]);
            }
        }

        string path = LogSegment.PathOf(Folder, 1);
        int length = disk.TryReadAll(path)!.Length;
        for (int place = 1; place < 8; place++)
        {
            SimulatedDisk damaged = disk.Copy();
            damaged.FlipByte(path, place * length / 8);
            await using var log = new FileConsensusLog(Folder, damaged, NoRotation);
            var after = new MachineHarness(log: log.Open("a"));
            after.ProposeBatch(1, content: 1);
            after.Pass(5_000);
            IEnumerable<ConsensusMessage> signed = MachineHarness.Sent(after.Effects).Where(m => m is not (Status or FetchBatches));
            Assert.That(signed.Distinct(), Is.SubsetOf(MachineHarness.Sent(before.Effects).OfType<Vote>()), $"byte {place * length / 8}");
        }
    }
}
