using System.Diagnostics;
using System.Globalization;
using MedChain.Benchmarks.Modules;
using MedChain.Core.Contracts.Bytecode.Execution;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;

namespace MedChain.Benchmarks.Contracts;

/// <summary>Nanoseconds for each unit of gas, by opcode. A price that is too low lets somebody stop a chain cheaply.</summary>
internal static class OpcodePrices
{
    /// <summary>How many times the median an opcode may take for its gas.</summary>
    private const double Tolerance = 3;

    private const int Runs = 7;
    private const int Rounds = 6;

    /// <summary>Prints the table; <see langword="false"/> when a price is too low.</summary>
    public static bool Print()
    {
        Opcode[] opcodes = [.. OpcodeTable.All.Select(rule => rule.Opcode).Where(OpcodePrograms.CanRepeat)];
        var machine = new Machine();
        var best = new Dictionary<Opcode, (Opcode Opcode, double Nanoseconds, double Gas)>();
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Opcode opcode in opcodes)
            {
                (Opcode Opcode, double Nanoseconds, double Gas) row = Measure(machine, opcode);
                best[opcode] = best.TryGetValue(opcode, out var earlier) && earlier.Nanoseconds < row.Nanoseconds ? earlier : row;
            }

            // The runtime compiles for speed in the background, once nothing new is started for a while.
            Thread.Sleep(TimeSpan.FromMilliseconds(300));
        }

        (Opcode Opcode, double Nanoseconds, double Gas)[] rows = [.. opcodes.Select(opcode => best[opcode])];

        double[] sorted = [.. rows.Select(row => row.Nanoseconds / row.Gas).Order()];
        double median = sorted[sorted.Length / 2];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median {median:n2} ns for a unit of gas"));
        Console.WriteLine("| opcode | ns | gas | ns for a unit | times the median |");
        Console.WriteLine("|---|---|---|---|---|");
        bool right = true;
        foreach ((Opcode opcode, double nanoseconds, double gas) in rows)
        {
            double ratio = nanoseconds / gas / median;
            right &= ratio <= Tolerance;
            string verdict = ratio > Tolerance ? ", too cheap" : "";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {opcode} | {nanoseconds:n1} | {gas:n1} | {nanoseconds / gas:n2} | {ratio:n2}{verdict} |"));
        }

        return right;
    }

    /// <summary>Time and gas of one repetition, loop included: the best of several runs, since other work only makes them slower.</summary>
    private static (Opcode Opcode, double Nanoseconds, double Gas) Measure(Machine machine, Opcode opcode)
    {
        // Effects and values that are made are limited for each execution, so programs are short and started often.
        bool isLimited = opcode is Opcode.Emit or Opcode.Oblige or Opcode.Consume;
        int rounds = isLimited ? 1 : 100;
        int starts = isLimited ? 500 : 5;
        Module program = OpcodePrograms.Of(opcode, rounds);
        MemoryContractHost host = OpcodePrograms.NewHost();
        host.Contracts[OpcodePrograms.Self] = program;
        double best = double.MaxValue;
        long gas = 0;
        for (int run = 0; run < Runs; run++)
        {
            gas = 0;
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < starts; i++)
            {
                ContractOutcome outcome = machine.Execute(OpcodePrograms.Call(gas: 1_000_000_000), host, new StateOverlay(host));
                if (outcome.Trap != Trap.None)
                {
                    throw new InvalidOperationException($"The program of {opcode} stops: {outcome.Message}");
                }

                gas += outcome.GasUsed;
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        double repetitions = (double)rounds * starts * OpcodePrograms.Repetitions;
        return (opcode, best / repetitions, gas / repetitions);
    }
}
