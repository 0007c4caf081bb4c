namespace MedChain.Benchmarks.Consensus;

/// <summary>Gives each durable run a new folder and deletes it afterwards.</summary>
internal static class DurableFolder
{
    public static async Task<T> RunAsync<T>(ConsensusLoad load, string? parent, Func<ConsensusLoad, Task<T>> run)
    {
        if (load.Storage == StorageMode.Memory || parent is null)
        {
            return await run(load);
        }

        string own = Path.Combine(parent, $"medchain-benchmark-{Guid.NewGuid():N}");
        Directory.CreateDirectory(own);
        try
        {
            return await run(load with { Folder = own });
        }
        finally
        {
            Directory.Delete(own, recursive: true);
        }
    }
}
