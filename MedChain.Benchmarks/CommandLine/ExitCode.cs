namespace MedChain.Benchmarks.CommandLine;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int MeasurementFailed = 1;
    public const int BadArguments = 2;
}
