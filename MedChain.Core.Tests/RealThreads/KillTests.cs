using System.Globalization;
using NUnit.Framework;

namespace MedChain.Core.Tests.RealThreads;

/// <summary>A process with four validators on real threads and real files is killed under load, again and again, on one folder.</summary>
[TestFixture]
public sealed class KillTests
{
    private const long NumbersPerLife = 1_000_000;

    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("MEDCHAIN_KILLS") ?? "10", CultureInfo.InvariantCulture);

    private static int Seed => int.Parse(Environment.GetEnvironmentVariable("MEDCHAIN_KILL_SEED") ?? "1", CultureInfo.InvariantCulture);

    [Test]
    public async Task Killed_process_loses_nothing_it_acknowledged_and_no_validator_contradicts_itself()
    {
        using var folder = new TemporaryFolder();
        var lives = new LivesOfAChain(folder.Path);
        var random = new Random(Seed);
        for (int life = 0; life < Kills; life++)
        {
            // Every second life ends at a random moment, the others before or after a random change of the disk.
            bool byItself = life % 2 == 0;
            using var process = new KilledProcess(folder.Path, life * NumbersPerLife, byItself ? random.Next(1, 1_500) : 0);
            if (!byItself)
            {
                await process.AcknowledgedSome;
                await Task.Delay(random.Next(200));
                process.Kill();
            }

            int exitCode = await process.WaitAsync();
            Assert.That(process.Errors, Is.Empty);
            Assert.That(exitCode, Is.Not.Zero, "The process ended by itself.");
            lives.Add([.. process.Lines], wasKilled: true);
        }

        using var last = new KilledProcess(folder.Path, Kills * NumbersPerLife, changes: 0);
        await last.AcknowledgedSome;
        last.AskToStop();
        Assert.That(await last.WaitAsync(), Is.Zero, last.Errors);
        lives.Add([.. last.Lines], wasKilled: false);
        await lives.VerifyStoresAsync();
        await TestContext.Out.WriteLineAsync($"{Kills} kills with seed {Seed}, {lives.Acknowledged} acknowledged transactions.");
        Assert.That(lives.Acknowledged, Is.Positive);
    }
}
