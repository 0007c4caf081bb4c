using System.Globalization;
using MedChain.Benchmarks.CommandLine;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;

namespace MedChain.Benchmarks.Consensus;

/// <summary>"consensus": reads the options, runs, prints.</summary>
internal static class ConsensusCommand
{
    private const int MaxPayload = 128 * 1024;
    private static readonly int[] MatrixValidators = [1, 4, 7];
    private static readonly int[] MatrixOutstanding = [1, 400, 2_000];

    public static async Task<int> RunAsync(Arguments arguments)
    {
        bool matrix = arguments.Flag("--matrix");
        int repeat = arguments.Number("--repeat", 3, 1, 99);
        string? folder = arguments.Text("--durable");
        ConsensusLoad load = ReadLoad(arguments);
        arguments.RequireNoOthers();
        if (matrix && folder is not null)
        {
            throw new UsageException("--matrix runs in memory; leave --durable out.");
        }

        Describe(load, folder, repeat);
        if (matrix)
        {
            await RunMatrixAsync(load, repeat);
        }
        else
        {
            await RunOneAsync(load, folder, repeat);
        }

        return ExitCode.Success;
    }

    private static ConsensusLoad ReadLoad(Arguments arguments)
    {
        var load = new ConsensusLoad(
            Validators: arguments.Number("--validators", 4, 1, ValidatorSet.MaxCount),
            PayloadBytes: arguments.Number("--payload", 512, TransactionSource.NumberSize, MaxPayload),
            Outstanding: arguments.Number("--outstanding", 400, 1, 100_000),
            WarmUp: TimeSpan.FromSeconds(arguments.Number("--warmup", 4, 1, 600)),
            Measured: TimeSpan.FromSeconds(arguments.Number("--seconds", 5, 1, 600)),
            Signatures: arguments.Choice("--signatures", SignatureMode.Off),
            SharedCache: !arguments.Flag("--no-cache"),
            Limits: ReadLimits(arguments),
            Folder: null);
        return load.Signatures == SignatureMode.Off || load.PayloadBytes >= TransactionSource.SignedSize
            ? load
            : throw new UsageException(
                $"--payload is {load.PayloadBytes}; a signed transaction has at least {TransactionSource.SignedSize} bytes.");
    }

    private static CbftLimits ReadLimits(Arguments arguments)
    {
        var limits = new CbftLimits();
        return limits with
        {
            Window = arguments.Number("--window", limits.Window, 1, 64),
            BatchDelay = TimeSpan.FromMilliseconds(arguments.Number("--batch-delay", (int)limits.BatchDelay.TotalMilliseconds, 0, 1_000)),
            CutDelay = TimeSpan.FromMilliseconds(arguments.Number("--cut-delay", (int)limits.CutDelay.TotalMilliseconds, 0, 1_000)),
        };
    }

    private static void Describe(ConsensusLoad load, string? folder, int repeat)
    {
        string signatures = load.Signatures.ToString().ToLowerInvariant();
        string votes = load.SharedCache ? "once in the process (shared cache)" : "by every validator (no shared cache)";
        string storage = folder is null ? "in memory" : "durable";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {load.PayloadBytes} B transactions, client signatures {signatures}, votes verified {votes}, {storage}.
            {repeat} run(s) of {load.Measured.TotalSeconds} s after {load.WarmUp.TotalSeconds} s of warm-up.
            CPU time and allocation are of the whole process, clients included.
            Latency: from submission until the validator submitted to knows that a quorum has sealed the block.

            """));
    }

    private static async Task RunOneAsync(ConsensusLoad load, string? folder, int repeat)
    {
        Console.WriteLine($"{load.Validators} validators, {load.Outstanding} outstanding\n");
        Console.WriteLine(ConsensusTable.Header("run", durable: folder is not null));
        List<ConsensusFigures> runs = [];
        for (int i = 1; i <= repeat; i++)
        {
            runs.Add(folder is null ? await ConsensusRun.MeasureAsync(load) : await MeasureDurableAsync(load, folder));
            Console.WriteLine(ConsensusTable.Row(i.ToString(CultureInfo.InvariantCulture), [runs[^1]]));
        }

        Console.WriteLine(ConsensusTable.Row("median", runs));
    }

    private static async Task RunMatrixAsync(ConsensusLoad load, int repeat)
    {
        Console.WriteLine(ConsensusTable.Header("validators / outstanding", durable: false));
        foreach (int validators in MatrixValidators)
        {
            foreach (int outstanding in MatrixOutstanding)
            {
                List<ConsensusFigures> runs = [];
                for (int i = 0; i < repeat; i++)
                {
                    runs.Add(await ConsensusRun.MeasureAsync(load with { Validators = validators, Outstanding = outstanding }));
                }

                Console.WriteLine(ConsensusTable.Row($"{validators} / {outstanding}", runs));
            }
        }
    }

    private static async Task<ConsensusFigures> MeasureDurableAsync(ConsensusLoad load, string folder)
    {
        string own = Path.Combine(folder, $"medchain-benchmark-{Guid.NewGuid():N}");
        Directory.CreateDirectory(own);
        try
        {
            return await ConsensusRun.MeasureAsync(load with { Folder = own });
        }
        finally
        {
            Directory.Delete(own, recursive: true);
        }
    }
}
