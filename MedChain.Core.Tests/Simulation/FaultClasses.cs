namespace MedChain.Core.Tests.Simulation;

/// <summary>Which classes belong together.</summary>
internal static class FaultClasses
{
    public static IReadOnlyList<FaultClass> All { get; } = [.. Enum.GetValues<FaultClass>().Where(c => c != FaultClass.None)];

    public static IReadOnlyList<FaultClass> Network { get; } = Between(FaultClass.Loss, FaultClass.Bandwidth);

    /// <summary>Gets what an honest validator survives.</summary>
    public static IReadOnlyList<FaultClass> Process { get; } = Between(FaultClass.Crash, FaultClass.TornWrite);

    /// <summary>Gets what takes a validator out of the honest ones: it forgets what it signed, or may not vote any more.</summary>
    public static IReadOnlyList<FaultClass> Disk { get; } = Between(FaultClass.BitRot, FaultClass.Rollback);

    public static IReadOnlyList<FaultClass> Clock { get; } = Between(FaultClass.ClockSkew, FaultClass.ClockJump);

    public static IReadOnlyList<FaultClass> Byzantine { get; } = Between(FaultClass.Twins, FaultClass.ForeignSigner);

    public static IReadOnlyList<FaultClass> Client { get; } = Between(FaultClass.DuplicateTransactions, FaultClass.Bursts);

    public static IReadOnlyList<FaultClass> Epochs { get; } = Between(FaultClass.AddValidator, FaultClass.ReplaceValidator);

    /// <summary>Gets the groups by name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<FaultClass>> Groups { get; } =
        new Dictionary<string, IReadOnlyList<FaultClass>>(StringComparer.OrdinalIgnoreCase)
        {
            ["network"] = Network,
            ["process"] = Process,
            ["disk"] = Disk,
            ["clock"] = Clock,
            ["byzantine"] = Byzantine,
            ["client"] = Client,
            ["epochs"] = Epochs,
        };

    private static FaultClass[] Between(FaultClass first, FaultClass last) => [.. All.Where(c => c >= first && c <= last)];
}
