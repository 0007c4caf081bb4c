using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Modules;

namespace MedChain.Core.Contracts.Bytecode.Verification;

/// <summary>The tables behind the code: what can be called from outside, and where in the source it comes from.</summary>
internal sealed partial class ModuleVerifier
{
    /// <summary>Types of a policy's parameters: principal, action, resource, context.</summary>
    public static readonly ImmutableArray<RegisterType> PolicyParameters =
        [RegisterType.Entity, RegisterType.Entity, RegisterType.Entity, RegisterType.Record];

    private bool ReadEntries(ref ModuleInput input, ImmutableArray<ModuleFunction> functions, out ImmutableArray<PolicyEntry> entries)
    {
        (int, int, int) last = (-1, -1, -1);
        return ReadAll(ref input, "entries", ModuleLimits.Entries, ReadEntry, out entries);

        PolicyEntry? ReadEntry(ref ModuleInput source)
        {
            var entry = new PolicyEntry(source.Short(), source.Short(), source.Short(), source.Short());
            if (_kind != ModuleKind.Policy)
            {
                Refuse(ModuleFault.WrongKind, "Only a policy has entries.");
                return null;
            }

            bool action = entry.Action < _constants.Length && _constants[entry.Action].Type == RegisterType.Entity;
            if (!IsText(entry.Principal) || !IsText(entry.Resource)
                || !(action || Refuse(ModuleFault.BadReference, $"Constant {entry.Action} is no entity."))
                || !IsPolicyFunction(functions, entry.Function))
            {
                return null;
            }

            (int, int, int) key = (entry.Principal, entry.Action, entry.Resource);
            if (key.CompareTo(last) <= 0)
            {
                Refuse(ModuleFault.NotAscending, "The entries are not in ascending order, each once.");
                return null;
            }

            last = key;
            return entry;
        }
    }

    private bool IsPolicyFunction(ImmutableArray<ModuleFunction> functions, int index)
    {
        if (index == PolicyEntry.NotApplicable)
        {
            return true;
        }

        if (index >= functions.Length)
        {
            return Refuse(ModuleFault.BadReference, $"There is no function {index}.");
        }

        ModuleFunction function = functions[index];
        return (function.Result == RegisterType.Bool && function.Parameters.AsSpan().SequenceEqual(PolicyParameters.AsSpan()))
            || Refuse(ModuleFault.BadEntry, $"Function {index} does not take principal, action, resource and context and give a Bool.");
    }

    private bool ReadExports(ref ModuleInput input, ImmutableArray<ModuleFunction> functions, out ImmutableArray<ExportedFunction> exports)
    {
        string? last = null;
        return ReadAll(ref input, "exports", ModuleLimits.Functions, ReadExport, out exports);

        ExportedFunction? ReadExport(ref ModuleInput source)
        {
            var export = new ExportedFunction(source.Short(), source.Short());
            if (!IsContract() || !IsText(export.Name))
            {
                return null;
            }

            string name = _constants[export.Name].Text;
            if (last is not null && string.CompareOrdinal(last, name) >= 0)
            {
                Refuse(ModuleFault.NotAscending, "The exports are not in ascending order of their names, each once.");
                return null;
            }

            last = name;
            return export.Function < functions.Length
                || Refuse(ModuleFault.BadReference, $"There is no function {export.Function}.") ? export : null;
        }
    }

    private bool ReadPlaces(ref ModuleInput input, VerifiedFunction[] functions, out ImmutableArray<SourcePlace> places)
    {
        (int, int) last = (-1, -1);
        places = [];
        int count = input.Short();
        ImmutableArray<SourcePlace>.Builder found = ImmutableArray.CreateBuilder<SourcePlace>();
        while (found.Count < count && !input.Failed)
        {
            var place = new SourcePlace(input.Short(), input.Short(), input.Int(), input.Int());
            (int, int) key = (place.Function, place.Instruction);
            if (key.CompareTo(last) <= 0)
            {
                return input.Failed
                    ? RefuseCut()
                    : Refuse(ModuleFault.NotAscending, "The places are not in the order of the code, each once.");
            }

            if (place.Function >= functions.Length || place.Instruction >= functions[place.Function].Code.Length)
            {
                return Refuse(ModuleFault.BadReference, $"There is no instruction {place.Instruction} in a function {place.Function}.");
            }

            last = key;
            found.Add(place);
        }

        places = found.DrainToImmutable();
        return !input.Failed || RefuseCut();
    }
}
