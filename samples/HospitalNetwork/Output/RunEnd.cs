namespace MedChain.Samples.HospitalNetwork.Output;

/// <summary>How a run ended.</summary>
/// <param name="Checks">How many checks were made.</param>
/// <param name="Failed">How many of them failed.</param>
/// <param name="Error">Why the run could not be done, in one line; <see langword="null"/> if it could.</param>
/// <param name="Stopped">Whether the user stopped it.</param>
internal sealed record RunEnd(int Checks, int Failed, string? Error = null, bool Stopped = false)
{
    public const int Success = 0;
    public const int FailedCheck = 1;
    public const int CouldNotRun = 2;
    public const int StoppedByUser = 130;

    /// <summary>Gets the process's exit code. A run without any check proves nothing, so it is no success.</summary>
    public int ExitCode => (Stopped, Error, Failed, Checks) switch
    {
        (true, _, _, _) => StoppedByUser,
        (_, not null, _, _) => CouldNotRun,
        (_, _, > 0, _) => FailedCheck,
        (_, _, _, 0) => CouldNotRun,
        _ => Success,
    };

    /// <summary>One line.</summary>
    public override string ToString() => (Stopped, Error) switch
    {
        (true, _) => "Stopped on request; what was acknowledged is stored.",
        (_, { } error) => error,
        _ when Failed > 0 => $"{Failed} of {Checks} checks FAILED.",
        _ => $"All {Checks} checks passed.",
    };
}
