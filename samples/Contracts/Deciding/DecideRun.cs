using System.Collections.Immutable;
using System.Diagnostics;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;

namespace MedChain.Samples.Contracts.Deciding;

/// <summary>Deploys a policy file as a chain would, and decides the requests of a file.</summary>
internal static class DecideRun
{
    public static int Run(string[] options, TextWriter output)
    {
        string policyFile = Path.Combine(AppContext.BaseDirectory, "policies.cedar");
        string requestFile = Path.Combine(AppContext.BaseDirectory, "requests.json");
        for (int i = 0; i < options.Length; i += 2)
        {
            string value = i + 1 < options.Length ? options[i + 1] : throw new InputException($"'{options[i]}' needs a file. See --help.");
            switch (options[i])
            {
                case "--policies":
                    policyFile = value;
                    break;
                case "--requests":
                    requestFile = value;
                    break;
                default:
                    throw new InputException($"There is no option '{options[i]}'. See --help.");
            }
        }

        RequestFile requests = RequestFile.Read(requestFile);
        PolicySet policies = Deploy(policyFile, requests.Patient);
        output.WriteLine($"Deployed {policies.Policies.Length} policies, hash {policies.Hash}");
        output.WriteLine($"A decision takes {policies.MaxGas} gas at most.");
        foreach (Policy policy in policies.Policies)
        {
            output.WriteLine($"  {policy.Effect,-6} {policy.Id}");
        }

        var vm = new ContractVm();
        foreach ((string description, AuthorizationRequest request) in requests.Requests)
        {
            Decision decision = vm.Decide(policies, request, requests.Entities);
            output.WriteLine();
            output.WriteLine($"{description}: {(decision.Releasable ? "allowed" : "denied")}, {decision.Gas} gas");
            output.Write(vm.Explain(policies, request, requests.Entities).ToText());
            Effects(policies, decision, output);
        }

        return Program.Success;
    }

    private static PolicySet Deploy(string file, EntityUid patient)
    {
        PolicyCompilation compilation = ContractVm.CompilePolicies(SmallFile.ReadText(file), MedicalSchema.Default);
        ImmutableArray<PolicyError> errors = compilation.Succeeded
            ? MedicalProfile.Check(compilation.Policies, patient)
            : compilation.Errors;
        return errors.IsEmpty
            ? compilation.Policies ?? throw new UnreachableException()
            : throw new InputException(string.Join('\n', errors.Select(error => $"{file}:{error}")));
    }

    private static void Effects(PolicySet policies, Decision decision, TextWriter output)
    {
        foreach (Policy policy in policies.Policies.Where(policy => decision.Releasable && decision.Reasons.Contains(policy.Id)))
        {
            if (PolicyEffects.TryRead(policy, out PolicyEffects? effects, out _))
            {
                string duties = string.Concat(effects.AuditDuties.Select(duty => $", {duty.Key} {duty.Value}"));
                output.WriteLine($"Effects: {(effects.ConsumesUse ? "one use, " : "")}audit {effects.Audit ?? "none"}{duties}");
            }
        }
    }
}
