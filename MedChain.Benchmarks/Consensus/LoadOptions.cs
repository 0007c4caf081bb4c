using MedChain.Benchmarks.CommandLine;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;

namespace MedChain.Benchmarks.Consensus;

/// <summary>Reads loads from the command line: each option may be a list, and every combination is a load.</summary>
internal static class LoadOptions
{
    private const int MaxPayload = 128 * 1024;

    /// <summary>Reads the loads.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="inMemory">Whether loads are in memory when nothing is said.</param>
    /// <param name="durable">Whether a folder for durable loads was given.</param>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    public static IReadOnlyList<ConsensusLoad> Read(Arguments arguments, bool inMemory, bool durable)
    {
        bool matrix = arguments.Flag("--matrix");
        StorageMode[] storages = matrix && durable ? [StorageMode.Memory, StorageMode.Durable]
            : inMemory ? [StorageMode.Memory] : [StorageMode.Durable];
        int[] validators = arguments.Numbers("--validators", matrix ? [1, 4, 7, 16] : [4], 1, ValidatorSet.MaxCount);
        int[] payloads = arguments.Numbers("--payload", matrix ? [256, 512, 1024] : [512], TransactionSource.NumberSize, MaxPayload);
        int[] outstanding = arguments.Numbers("--outstanding", matrix ? [1, 400, 2_000] : [400], 1, 100_000);
        int[] windows = arguments.Numbers("--window", [new CbftLimits().Window], 1, 64);
        SignatureMode[] signatures = arguments.Choices<SignatureMode>(
            "--signatures", matrix ? [SignatureMode.Off, SignatureMode.Each, SignatureMode.Once] : [SignatureMode.Off]);
        storages = arguments.Choices("--storage", storages);
        CbftLimits limits = ReadLimits(arguments);
        var warmUp = TimeSpan.FromSeconds(arguments.Number("--warmup", 4, 1, 600));
        var measured = TimeSpan.FromSeconds(arguments.Number("--seconds", 5, 1, 600));
        bool sharedCache = !arguments.Flag("--no-cache");
        if (!durable && storages.Any(s => s != StorageMode.Memory))
        {
            throw new UsageException("--storage log and durable need a folder; give --durable DIR.");
        }

        ConsensusLoad[] loads =
        [
            .. from n in validators
               from storage in storages
               from mode in signatures
               from payload in payloads
               from window in windows
               from count in outstanding
               select new ConsensusLoad(
                   n, payload, count, warmUp, measured, mode, sharedCache, limits with { Window = window }, storage, Folder: null),
        ];
        return loads.FirstOrDefault(l => l.Signatures != SignatureMode.Off && l.PayloadBytes < TransactionSource.SignedSize) is { } small
            ? throw new UsageException(
                $"--payload is {small.PayloadBytes}; a signed transaction has at least {TransactionSource.SignedSize} bytes.")
            : loads;
    }

    private static CbftLimits ReadLimits(Arguments arguments)
    {
        var limits = new CbftLimits();
        return limits with
        {
            BatchDelay = Milliseconds(arguments, "--batch-delay", limits.BatchDelay),
            CutDelay = Milliseconds(arguments, "--cut-delay", limits.CutDelay),
        };
    }

    private static TimeSpan Milliseconds(Arguments arguments, string name, TimeSpan fallback) =>
        TimeSpan.FromMilliseconds(arguments.Number(name, (int)fallback.TotalMilliseconds, 0, 1_000));
}
