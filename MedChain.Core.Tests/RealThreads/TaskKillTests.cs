using System.Globalization;
using MedChain.Core.Consensus;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using NUnit.Framework;

namespace MedChain.Core.Tests.RealThreads;

/// <summary>A process with a whole network is killed between the phases of its tasks, again and again, on one folder.</summary>
[TestFixture]
public sealed class TaskKillTests
{
    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("MEDCHAIN_TASK_KILLS") ?? "4", CultureInfo.InvariantCulture);

    private static int Seed => int.Parse(Environment.GetEnvironmentVariable("MEDCHAIN_KILL_SEED") ?? "1", CultureInfo.InvariantCulture);

    [Test]
    public async Task Killed_network_releases_nothing_twice_and_leaves_nothing_undeleted()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(Seed);
        for (int life = 0; life < Kills; life++)
        {
            using var process = new KilledProcess("tasks", folder.Path);
            int said = random.Next(2, 20);
            await process.UntilAsync(lines => lines.Count >= said);
            await Task.Delay(random.Next(30));
            process.Kill();
            Assert.That(await process.WaitAsync(), Is.Not.Zero, "The process ended by itself.");
            Assert.That(process.Errors, Is.Empty);
        }

        using (var last = new KilledProcess("tasks", folder.Path))
        {
            await last.UntilAsync(lines => !lines.IsEmpty);
            last.AskToStop();
            Assert.That(await last.WaitAsync(), Is.Zero, last.Errors);
        }

        await VerifyAsync(folder.Path);
        RequireNoPlaintext(folder.Path);
    }

    private static async Task VerifyAsync(string folder)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(TaskChild.Options(folder));
        Assert.That((await network.VerifyAsync()).Select(v => v.Problem), Is.All.Null);
        (Digest Id, TaskEntry Task)[] tasks = [.. TaskChild.Tasks(network.Transactions.Chain)];
        Dictionary<Digest, int> releases = CountReleases(network.TransactionValidators[0].Validator.Options.BlockStore);
        foreach ((Digest id, TaskEntry task) in tasks)
        {
            bool isReleased = task.Outcome == TaskOutcome.Released;
            Assert.That(task.Phase, Is.EqualTo(TaskPhase.Closed));
            Assert.That(task.Outcome, Is.AnyOf(TaskOutcome.Released, TaskOutcome.Aborted));
            Assert.That(task.IsDeleted, $"{id}: a receipt of every executor that could get a share");
            Assert.That(releases.GetValueOrDefault(id), Is.EqualTo(isReleased ? 1 : 0));
            Assert.That(task.Finding is { } finding && network.Transactions.Chain.Blobs.Contains(finding.Sealed), Is.EqualTo(isReleased));
        }

        int released = tasks.Count(t => t.Task.Outcome == TaskOutcome.Released);
        HostedChain clinic = network.Accounts[TaskChild.Clinic].Chain;
        Assert.That(clinic.Read().Scan<GrantEntry>(StateKey.Grants).Select(g => g.Value.Uses), Is.All.EqualTo(released));
        Assert.That(clinic.Read().Scan<TaskMember>(StateKey.TaskMembers), Is.Empty);
        await TestContext.Out.WriteLineAsync(
            $"{Kills} kills with seed {Seed}: {released} of {tasks.Length} tasks released, the others aborted.");
    }

    private static Dictionary<Digest, int> CountReleases(IBlockStore blocks)
    {
        Dictionary<Digest, int> releases = [];
        for (var height = new BlockHeight(1); height <= blocks.Head; height = height.Next)
        {
            DecodedBlock block = BlockReader.Read(blocks.TryRead(height)!);
            for (int i = 0; i < block.Transactions.Count; i++)
            {
                if (Canonical.Decode<Receipt>(block.Receipts[i]).Status == ReceiptStatus.Applied
                    && Canonical.Decode<Command>(Canonical.Decode<Transaction>(block.Transactions[i]).Body) is ReleaseResult release)
                {
                    releases[release.Task] = releases.GetValueOrDefault(release.Task) + 1;
                }
            }
        }

        return releases;
    }

    private static void RequireNoPlaintext(string folder)
    {
        byte[] plaintext = System.Text.Encoding.UTF8.GetBytes(TaskChild.Plaintext);
        string[] files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        Assert.That(files, Is.Not.Empty);
        Assert.That(files.Where(f => File.ReadAllBytes(f).AsSpan().IndexOf(plaintext) >= 0), Is.Empty);
    }
}
