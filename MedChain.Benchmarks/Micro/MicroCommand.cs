using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MedChain.Benchmarks.CommandLine;

namespace MedChain.Benchmarks.Micro;

/// <summary>"micro": runs the benchmarks of this project in this process, so that nothing is built or restored.</summary>
internal static class MicroCommand
{
    public static int Run(Arguments arguments)
    {
        string filter = arguments.Text("--filter") ?? "*";
        Job job = arguments.Flag("--full") ? Job.Default : Job.ShortRun;
        arguments.RequireNoOthers();

        IConfig config = DefaultConfig.Instance.AddJob(job.WithToolchain(InProcessEmitToolchain.Instance));
        Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(["--filter", filter], config)];
        if (summaries.Length == 0)
        {
            throw new UsageException($"No benchmark's full name matches '{filter}'.");
        }

        bool failed = summaries.Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success));
        return failed ? ExitCode.MeasurementFailed : ExitCode.Success;
    }
}
