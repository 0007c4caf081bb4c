using System.Globalization;
using MedChain.Benchmarks.CommandLine;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Contracts.Cedar.Validation;

namespace MedChain.Benchmarks.Contracts;

/// <summary>"contracts": decisions and compilation, then the price of every opcode, which must be right within a factor.</summary>
internal static class ContractsCommand
{
    public static int Run(Arguments arguments)
    {
        bool onlyGas = arguments.Flag("--gas");
        bool onlyDecisions = arguments.Flag("--decisions");
        arguments.RequireNoOthers();
        if (!onlyGas)
        {
            PrintDecisions();
        }

        return onlyDecisions || OpcodePrices.Print() ? ExitCode.Success : ExitCode.MeasurementFailed;
    }

    private static void PrintDecisions()
    {
        PolicySet one = ResearchCase.Compile(ResearchCase.Policy);
        PolicySet parsed = ResearchCase.Parse(ResearchCase.Policy);
        string hundredText = ResearchCase.Many(100, 3);
        PolicySet hundred = ResearchCase.Compile(hundredText);
        PolicySet hundredParsed = ResearchCase.Parse(hundredText);
        var validator = new PolicyValidator(ResearchCase.Schema);
        byte[] module = [.. one.Code!.Policies[0].Module.Bytes];
        AuthorizationRequest request = ResearchCase.NewRequest();
        var vm = new ContractVm();
        Require(vm.Decide(one, request, ResearchCase.Entities) is { Releasable: true, Gas: > 0 }, "bytecode allows the request");
        Require(vm.Decide(hundred, request, ResearchCase.Entities).Reasons.Length >= 3, "three of a hundred policies apply");

        PlainCase.Request plain = PlainCase.NewRequest();
        Require(PlainCase.Decide(plain), "plain C# allows the request");

        long gas = vm.Decide(one, request, ResearchCase.Entities).Gas;
        Console.WriteLine($"gas of the decision {gas}, at most {one.MaxGas}; module of {module.Length} B");
        Console.WriteLine("| operation | fastest | median | 99 % | allocated |");
        Console.WriteLine("|---|---|---|---|---|");
        Row("the same conditions and look-ups in plain C#", Loop(() => PlainCase.Decide(plain)), 2_000);
        Row("decision, bytecode", Loop(() => vm.Decide(one, request, ResearchCase.Entities)), 2_000);
        Row("decision, bytecode, with a new request", Loop(() => vm.Decide(one, ResearchCase.NewRequest(), ResearchCase.Entities)), 1_000);
        Row("a new request alone", Loop(ResearchCase.NewRequest), 1_000);
        Row("decision, reference evaluator", Loop(() => vm.Decide(parsed, request, ResearchCase.Entities)), 2_000);
        Row("decision of 100 policies, 3 apply, bytecode", Loop(() => vm.Decide(hundred, request, ResearchCase.Entities)), 1_000);
        Row("decision of 100 policies, reference", Loop(() => vm.Decide(hundredParsed, request, ResearchCase.Entities)), 200);
        Row("parse", Loop(() => ResearchCase.Parse(ResearchCase.Policy)), 100);
        Row("validate", Loop(() => validator.Check(parsed)), 100);
        Row("validate and compile", Loop(() => parsed.Compile(ResearchCase.Schema, out _)), 100);
        Row("verify the module", Loop(() => Module.TryVerify(module, out _, out _)), 100);
    }

    private static Action<int> Loop<T>(Func<T> operation) => times =>
    {
        for (int i = 0; i < times; i++)
        {
            operation();
        }
    };

    private static void Row(string name, Action<int> operation, int perBatch)
    {
        Figure figure = Timer.Measure(operation, perBatch);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {figure.Minimum:n0} ns | {figure.Median:n0} ns | {figure.NinetyNinth:n0} ns | {figure.Bytes:n0} B |"));
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"The benchmark would measure something else: it must hold that {what}.");
        }
    }
}
