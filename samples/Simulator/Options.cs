using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MedChain.Core.Tests.Simulation;

namespace MedChain.Samples.Simulator;

/// <summary>What the command line asks for.</summary>
/// <param name="First">The first seed.</param>
/// <param name="Count">How many seeds.</param>
/// <param name="Time">How long at most.</param>
/// <param name="Faults">Fault classes that may occur.</param>
/// <param name="Help">Whether only the help is wanted.</param>
internal sealed record Options(ulong First, long Count, TimeSpan Time, IReadOnlyList<FaultClass> Faults, bool Help)
{
    public const string HelpText = """
        Runs whole chains of CBFT validators under random faults, each from one seed, and checks what must hold after every event.

          --seeds N         how many seeds; default 1000, or as many as fit with --minutes
          --first-seed F    the first seed; default 1
          --seed S          one seed alone, with its schedule
          --faults a,b,...  only these fault classes, by name or group (network, process, disk, clock, byzantine, client,
                            epochs); default all
          --minutes M       stop after M minutes
          --help            this text

        Exit code 0 when nothing broke, 1 when an invariant did, 2 for arguments that cannot be used.
        """;

    /// <summary>Gets whether one seed is replayed.</summary>
    public bool IsReplay { get; private init; }

    public static bool TryParse(
        IReadOnlyList<string> arguments, [NotNullWhen(true)] out Options? options, [NotNullWhen(false)] out string? error)
    {
        options = null;
        ulong first = 1;
        long? count = null;
        double? minutes = null;
        bool replay = false;
        IReadOnlyList<FaultClass> faults = FaultClasses.All;
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            if (name is "--help" or "-h")
            {
                options = new Options(first, 0, TimeSpan.Zero, faults, Help: true);
                error = null;
                return true;
            }

            if (name is not ("--seeds" or "--first-seed" or "--seed" or "--faults" or "--minutes"))
            {
                error = $"{name} is no option; --help lists them.";
                return false;
            }

            string? value = ++i < arguments.Count ? arguments[i] : null;
            bool understood = name switch
            {
                "--seeds" => TryCount(value, out count),
                "--first-seed" => TrySeed(value, out first),
                "--seed" => replay = TrySeed(value, out first),
                "--minutes" => TryMinutes(value, out minutes),
                _ => TryFaults(value, out faults),
            };
            if (!understood)
            {
                error = $"{name} cannot be \"{value}\": {Expected(name)}.";
                return false;
            }
        }

        long seeds = replay ? 1 : count ?? (minutes is null ? 1_000 : long.MaxValue >> 1);
        TimeSpan time = minutes is { } m ? TimeSpan.FromMinutes(m) : TimeSpan.MaxValue;
        options = new Options(first, seeds, time, faults, Help: false) { IsReplay = replay };
        error = null;
        return true;
    }

    private static string Expected(string name) => name switch
    {
        "--seeds" => "it is a number of seeds, from 1",
        "--minutes" => "it is a number of minutes above 0, up to 100000",
        "--faults" => $"it is a list of {string.Join(", ", FaultClasses.Groups.Keys.Concat(FaultClasses.All.Select(c => $"{c}")))}",
        _ => "it is a seed, from 1",
    };

    private static bool TryCount(string? value, out long? count)
    {
        bool understood = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0;
        count = number;
        return understood;
    }

    private static bool TrySeed(string? value, out ulong seed) =>
        ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed) && seed is > 0 and <= long.MaxValue;

    private static bool TryMinutes(string? value, out double? minutes)
    {
        bool understood = double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            && number is > 0 and <= 100_000;
        minutes = number;
        return understood;
    }

    private static bool TryFaults(string? value, out IReadOnlyList<FaultClass> faults)
    {
        HashSet<FaultClass> found = [];
        faults = [];
        foreach (string name in (value ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (FaultClasses.Groups.TryGetValue(name, out IReadOnlyList<FaultClass>? group))
            {
                found.UnionWith(group);
            }
            else if (FaultClasses.All.Where(c => $"{c}".Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray() is [FaultClass one])
            {
                found.Add(one);
            }
            else
            {
                return false;
            }
        }

        faults = [.. found];
        return true;
    }
}
