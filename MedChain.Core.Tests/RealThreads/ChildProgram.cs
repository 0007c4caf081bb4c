using System.Globalization;
using MedChain.Core.Storage.Files;

namespace MedChain.Core.Tests.RealThreads;

/// <summary>The process that is killed: this assembly's own entry point. It runs validators under load and tells its parent, line by line,
/// what it has acknowledged.</summary>
internal static class ChildProgram
{
    public const int Validators = 4;
    public const int OutstandingPerValidator = 40;

    /// <summary>Runs until it is killed, or until a line comes in; then it stops in order.</summary>
    /// <param name="args">A folder, the first transaction number, and after how many changes of the disk it kills itself (0 for
    /// never); or "tasks" and a folder (<see cref="TaskChild"/>).</param>
    public static async Task<int> Main(string[] args)
    {
        if (args is ["tasks", string data])
        {
            using Stream lines = Console.OpenStandardOutput();
            return await TaskChild.RunAsync(data, line => lines.Write(System.Text.Encoding.ASCII.GetBytes(line + "\n")));
        }

        if (args is not [string folder, string first, string changes])
        {
            await Console.Error.WriteLineAsync("usage: FOLDER FIRST-NUMBER CHANGES; run the tests with 'dotnet test'.");
            return 2;
        }

        using Stream output = Console.OpenStandardOutput();
        var access = new Lock();
        void Say(string line)
        {
            lock (access)
            {
                output.Write(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
            }
        }

        IDisk disk = KillingDisk(int.Parse(changes, CultureInfo.InvariantCulture));
        Load? load = null;
        await using var cluster = new DurableCluster(Validators, folder, _ => disk)
        {
            RecordsVotes = true,
            OnDelivered = (validator, block) =>
            {
                Say($"block {validator} {block.Header.Height} {block.Header.Hash}");
                load!.OnDelivered(validator, block);
            },
            OnEvidence = (validator, evidence) => Say($"evidence {validator} {evidence}"),
        };
        load = new Load(cluster, long.Parse(first, CultureInfo.InvariantCulture), OutstandingPerValidator)
        {
            OnAcknowledged = (validator, height, numbers) => Say($"acknowledged {validator} {height} {string.Join(' ', numbers)}"),
        };
        await cluster.StartAllAsync();
        for (int i = 0; i < Validators; i++)
        {
            Say($"started {i} {cluster.Engines[i]!.Status.Delivered} {cluster.Engines[i]!.Status.CanVote}");
        }

        using var stop = new CancellationTokenSource();
        Task work = load.RunAsync(stop.Token);
        Task<int> asked = Task.Run(Console.In.Read);
        Task failed = await Task.WhenAny([asked, .. cluster.Engines.Select(e => e!.Completion)]);
        await stop.CancelAsync();
        await work;
        if (failed != asked)
        {
            Say($"failed {failed.Exception?.InnerException?.Message}");
            return 1;
        }

        return 0;
    }

    private static InterferingDisk KillingDisk(int changes)
    {
        int left = changes;
        void Count(DiskOperation operation)
        {
            // Half of the numbers fall before an operation and half after it.
            if (changes > 0 && Interlocked.Decrement(ref left) == 0)
            {
                using var self = System.Diagnostics.Process.GetCurrentProcess();
                self.Kill();
                Thread.Sleep(Timeout.Infinite);
            }
        }

        return new InterferingDisk(Count, Count);
    }
}
