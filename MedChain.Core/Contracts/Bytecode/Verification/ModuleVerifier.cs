using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts.Bytecode.Verification;

/// <summary>Reads and checks a module in the order of its bytes, each byte once. The first offence ends it. Used for one module.</summary>
internal sealed partial class ModuleVerifier
{
    private ModuleKind _kind;
    private ImmutableArray<ModuleConstant> _constants = [];
    private ImmutableArray<ImmutableArray<RegisterType>> _signatures = [];
    private ImmutableArray<StateField> _fields = [];
    private ImmutableArray<EventType> _events = [];
    private ImmutableArray<ImportedFunction> _imports = [];

    /// <summary>Gets the first offence.</summary>
    public ModuleError? Error { get; private set; }

    public Module? Verify(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ModuleLimits.ModuleBytes)
        {
            Refuse(ModuleFault.TooLong, $"The module has {bytes.Length} bytes; {ModuleLimits.ModuleBytes} are allowed.");
            return null;
        }

        var input = new ModuleInput(bytes);
        if (!ReadHeader(ref input, out Digest source, out int part) || !ReadTables(ref input))
        {
            return null;
        }

        if (!ReadFunctionHeaders(ref input, out List<ModuleFunction> headers, out List<int> lengths))
        {
            return null;
        }

        var functions = new VerifiedFunction[headers.Count];
        if (!ReadCode(ref input, headers, lengths, functions))
        {
            return null;
        }

        ModuleContent content = new()
        {
            Kind = _kind,
            GasTable = GasTable.Version,
            Source = source,
            Part = part,
            Constants = _constants,
            Signatures = _signatures,
            Fields = _fields,
            Events = _events,
            Imports = _imports,
            Functions = [.. functions.Select(function => function.Declaration)],
        };
        if (!ReadEntries(ref input, content.Functions, out ImmutableArray<PolicyEntry> entries)
            || !ReadExports(ref input, content.Functions, out ImmutableArray<ExportedFunction> exports)
            || !ReadPlaces(ref input, functions, out ImmutableArray<SourcePlace> places))
        {
            return null;
        }

        content = content with { Entries = entries, Exports = exports, Places = places };
        if (input.Left > 0)
        {
            Refuse(ModuleFault.TrailingBytes, $"{input.Left} bytes follow the module.");
            return null;
        }

        byte[]? again = ModuleWriter.Write(content);
        if (again is null || !bytes.SequenceEqual(again))
        {
            Refuse(ModuleFault.NotCanonical, "The same module has another, canonical form.");
            return null;
        }

        ComputeMaxGas(functions);
        return new Module(content, again, functions);
    }

    private bool ReadHeader(ref ModuleInput input, out Digest source, out int part)
    {
        source = default;
        part = 0;
        if (!input.Take(ModuleWriter.Magic.Length).SequenceEqual(ModuleWriter.Magic))
        {
            return Refuse(ModuleFault.BadMagic, "The bytes do not begin with MCVM.");
        }

        int version = input.Byte();
        if (version != ModuleWriter.Version)
        {
            return Refuse(ModuleFault.UnknownVersion, $"The version is {version}; {ModuleWriter.Version} is known.");
        }

        _kind = (ModuleKind)input.Byte();
        if (_kind is not (ModuleKind.Policy or ModuleKind.Contract))
        {
            return Refuse(ModuleFault.UnknownKind, $"The kind is {(int)_kind}; a policy is 1 and a contract is 2.");
        }

        int gasTable = input.Short();
        if (gasTable != GasTable.Version)
        {
            return Refuse(ModuleFault.UnknownGasTable, $"The gas table is {gasTable}; {GasTable.Version} is known.");
        }

        source = input.Digest();
        part = input.Short();
        return !input.Failed || RefuseCut();
    }

    /// <summary>Maximum gas of a policy's functions: calls go to later functions only, so they are done from the last to the
    /// first.</summary>
    private void ComputeMaxGas(VerifiedFunction[] functions)
    {
        if (_kind != ModuleKind.Policy)
        {
            return;
        }

        for (int i = functions.Length - 1; i >= 0; i--)
        {
            functions[i] = functions[i] with { MaxGas = MaximumGas.Of(functions[i].Code, functions) };
        }
    }

    private bool ReadCode(ref ModuleInput input, List<ModuleFunction> headers, List<int> lengths, VerifiedFunction[] functions)
    {
        var tables = new ModuleTables(_constants, _signatures, _fields, _events, _imports, headers);
        for (int i = 0; i < headers.Count; i++)
        {
            ReadOnlySpan<byte> bytes = input.Take(lengths[i] * Instruction.Size);
            if (input.Failed)
            {
                return RefuseCut();
            }

            var code = new Instruction[lengths[i]];
            for (int at = 0; at < code.Length; at++)
            {
                code[at] = Instruction.Read(bytes[(at * Instruction.Size)..]);
            }

            var verifier = new FunctionVerifier(_kind, tables, i, code);
            if (verifier.Check() is { } error)
            {
                Error ??= error;
                return false;
            }

            functions[i] = new VerifiedFunction(
                headers[i] with { Code = [.. code] }, code, FusedSteps.Of(code, _signatures), verifier.Registers, null);
        }

        return true;
    }

    private bool RefuseCut() => Refuse(ModuleFault.CutShort, "The module ends too early, or a text in it is no UTF-8.");

    private bool Refuse(ModuleFault fault, string message)
    {
        Error ??= new ModuleError(fault, -1, -1, message);
        return false;
    }
}

/// <summary>What code may refer to.</summary>
internal sealed record ModuleTables(
    ImmutableArray<ModuleConstant> Constants,
    ImmutableArray<ImmutableArray<RegisterType>> Signatures,
    ImmutableArray<StateField> Fields,
    ImmutableArray<EventType> Events,
    ImmutableArray<ImportedFunction> Imports,
    IReadOnlyList<ModuleFunction> Functions);
