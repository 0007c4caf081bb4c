using System.Collections.Immutable;
using MedChain.Core;
using MedChain.Core.Clients;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using MedChain.Core.Nodes;
using MedChain.Samples.Contracts.Deciding;

namespace MedChain.Samples.Contracts.OnChain;

/// <summary>Deploys the example contract on a chain of four validators in this process, and shows calls, a failure that leaves nothing
/// behind, a view, a proof, events and gas.</summary>
internal sealed class ChainRun
{
    private readonly TextWriter _output;
    private readonly AccountChainClient _clinic;
    private readonly EntityUid _register;
    private readonly Dictionary<EntityUid, string> _names = [];

    private ChainRun(TextWriter output, AccountChainClient clinic, EntityUid register)
    {
        _output = output;
        _clinic = clinic;
        _register = register;
    }

    public static int Run(string[] options, TextWriter output)
    {
        string file = options switch
        {
            [] => Path.Combine(AppContext.BaseDirectory, "study-register.contract"),
            ["--contract", string given] => given,
            _ => throw new InputException($"'{options[0]}' needs to be --contract with a file. See --help."),
        };
        ContractCompilation compilation = ContractVm.CompileContract(SmallFile.ReadText(file), MedicalSchema.Default);
        if (!compilation.Succeeded)
        {
            throw new InputException($"{file}:{compilation.Error}");
        }

        RunAsync(compilation.Contract, output).GetAwaiter().GetResult();
        return Program.Success;
    }

    private static async Task RunAsync(ContractCode code, TextWriter output)
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(new MedChainNetworkOptions { AccountChains = ["clinic"] });
        AccountChainClient clinic = network.Accounts["clinic"];
        EntityUid register = await clinic.Contracts.DeployAsync(code);
        var run = new ChainRun(output, clinic, register);
        run.Say($"Deployed {code.Name}, {code.Bytecode.Length} bytes of bytecode, on '{clinic.Genesis.Name}' at height {clinic.Height}:");
        run.Say($"  {register}");
        foreach (ContractFunctionSignature function in code.Functions)
        {
            string parameters = string.Join(", ", function.Parameters.Select(p => $"{p.Name}: {p.Type}"));
            string result = function.Result is null ? "" : $": {function.Result}";
            run.Say($"  {(function.IsView ? "view fn" : "fn")} {function.Name}({parameters}){result}");
        }

        await run.ShowAsync();
    }

    private async Task ShowAsync()
    {
        using Patient anna = await _clinic.RegisterPatientAsync("anna");
        using Patient bert = await _clinic.RegisterPatientAsync("bert");
        using Patient cleo = await _clinic.RegisterPatientAsync("cleo");
        Patient[] patients = [anna, bert, cleo];
        foreach (Patient patient in patients)
        {
            _names.Add(patient.Contracts.Caller, patient.Handle);
        }

        await CallAsync(anna, "enrol", ValueOf(anna));
        await CallAsync(anna, "enrol", ValueOf(anna));
        await CallAsync(bert, "enrol", ValueOf(anna));
        await CallAsync(bert, "enrol", ValueOf(bert));
        await CallAsync(cleo, "enrol", ValueOf(cleo));
        await CallAsync(anna, "leave");
        await CallAsync(cleo, "enrol", ValueOf(cleo));

        Say("");
        foreach (Patient patient in patients)
        {
            ContractView view = await _clinic.Contracts.ViewAsync(_register, "isEnrolled", [ValueOf(patient)], ReadMode.Ordered);
            int proved = view.Proofs.Count(p => p.Verify(_clinic.Genesis.Chain, _clinic.Genesis.Validators));
            Say(
                $"View isEnrolled({patient.Handle}) at block {view.Height}: {view.Receipt.Result}, {view.Receipt.GasUsed} gas; "
                + $"{proved} of {view.Proofs.Length} entries that it read are proved");
        }

        ContractVariable seat = await _clinic.Contracts.ReadAsync(_register, "seats", ValueOf(bert), ReadMode.Proved);
        string proof = seat.Proof is { } given ? $"with a proof of {given.ToBytes().Length} bytes" : "which is not there";
        Say($"Variable seats[bert] at block {seat.Height}: {seat.Value}, {proof}");

        Say("");
        Say("Events:");
        await foreach (ContractLogEntry entry in _clinic.Contracts.EventsAsync(_register))
        {
            Say($"  block {entry.Height}: {Describe(entry.Effect)}");
        }
    }

    private async Task CallAsync(Patient caller, string function, params ImmutableArray<CedarValue> arguments)
    {
        ContractReceipt receipt = await caller.Contracts.CallAsync(_register, function, arguments);
        ContractView free = await _clinic.Contracts.ViewAsync(_register, "free", []);
        Say("");
        Say($"{caller.Handle} calls {function}({string.Join(", ", arguments.Select(Describe))}): {receipt.GasUsed} gas");
        Say(receipt.Succeeded ? "  done" : $"  failed at {receipt.Failure}");
        Say($"  free seats now: {free.Receipt.Result}");
    }

    private void Say(string line) => _output.WriteLine(line);

    private static EntityValue ValueOf(Patient patient) => new(patient.Contracts.Caller);

    private string Describe(ContractEffect effect) => effect switch
    {
        ContractEffect.Emitted emitted => $"{emitted.Name}({string.Join(", ", emitted.Values.Select(Describe))})",
        ContractEffect.Obliged obliged => $"to do: {obliged.Name}, {obliged.Detail}",
        ContractEffect.Consumed consumed => $"{consumed.Amount} uses of {consumed.Counter}",
        _ => effect.GetType().Name,
    };

    private string Describe(CedarValue value) =>
        value is EntityValue entity && _names.TryGetValue(entity.Uid, out string? name) ? name : value.ToString()!;
}
