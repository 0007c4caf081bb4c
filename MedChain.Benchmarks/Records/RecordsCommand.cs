using System.Globalization;
using MedChain.Benchmarks.CommandLine;
using MedChain.Core.Cryptography;
using MedChain.Core.Storage;
using MedChain.Core.Storage.Files;
using MedChain.Core.Storage.Memory;

namespace MedChain.Benchmarks.Records;

/// <summary>"records": reads the options, runs, prints.</summary>
internal static class RecordsCommand
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        int[] sizes = arguments.Numbers("--record", [65_536, 1_048_576, 16_777_216], 1, 256 * 1024 * 1024);
        int count = arguments.Number("--count", 200, 1, 1_000_000);
        string? folder = arguments.Text("--durable");
        arguments.RequireNoOthers();

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            Medians of {count} times each, in turns; {ContentKey.Preferred}.
            Bare: the cipher and SHA-256 over the chunks, into memory at hand. Store: encrypting, hashing and storing the chunks, with the
            key's derivation. Read: fetching, checking and decrypting into memory at hand; whole: into a new array. No chain, no shares.

            | store | record B | bare encrypt + hash us | store us | times | bare hash + decrypt us | read us | times | whole us |
            |---|---:|---:|---:|---:|---:|---:|---:|---:|
            """));
        foreach (int size in sizes)
        {
            await PrintAsync("memory", size, count, new MemoryBlobStore());
            if (folder is not null)
            {
                string path = Path.Combine(folder, $"records-{Guid.NewGuid():N}");
                await PrintAsync("files", size, count, new FileBlobStore(path));
                Directory.Delete(path, recursive: true);
            }
        }

        return ExitCode.Success;
    }

    private static async Task PrintAsync(string name, int size, int count, IBlobStore blobs)
    {
        await using (blobs)
        {
            using var run = new RecordRun(size, blobs);
            RecordTimes times = await run.MeasureAsync(count);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {size:N0} | {times.EncryptAndHash:N0} | {times.Store:N0} | {times.Store / times.EncryptAndHash:N2} "
                + $"| {times.HashAndDecrypt:N0} | {times.Read:N0} | {times.Read / times.HashAndDecrypt:N2} | {times.ReadAll:N0} |"));
        }
    }
}
