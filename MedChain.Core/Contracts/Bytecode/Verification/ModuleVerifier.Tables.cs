using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Modules;

namespace MedChain.Core.Contracts.Bytecode.Verification;

/// <summary>The tables: constants, signatures, declarations, entries, exports and places.</summary>
internal sealed partial class ModuleVerifier
{
    private readonly HashSet<ModuleConstant> _distinct = new(ModuleConstant.ByContent);
    private readonly HashSet<int> _fieldNames = [];

    private delegate T? Reader<T>(ref ModuleInput input)
        where T : class;

    private bool ReadTables(ref ModuleInput input)
    {
        if (!ReadAll(ref input, "constants", ModuleLimits.Constants, ReadConstant, out _constants)
            || !ReadAll(ref input, "signatures", ModuleLimits.Signatures, ReadSignature, out ImmutableArray<Signature> signatures))
        {
            return false;
        }

        _signatures = [.. signatures.Select(signature => signature.Types)];
        return ReadAll(ref input, "fields", ModuleLimits.Fields, ReadField, out _fields)
            && ReadAll(ref input, "events", ModuleLimits.EventTypes, ReadEvent, out _events)
            && ReadAll(ref input, "imports", ModuleLimits.Imports, ReadImport, out _imports);
    }

    private bool ReadAll<T>(ref ModuleInput input, string what, int most, Reader<T> read, out ImmutableArray<T> items)
        where T : class
    {
        items = [];
        int count = input.Short();
        if (count > most)
        {
            return Refuse(ModuleFault.TooMany, $"There are {count} {what}; {most} are allowed.");
        }

        ImmutableArray<T>.Builder found = ImmutableArray.CreateBuilder<T>();
        while (found.Count < count)
        {
            T? item = read(ref input);
            if (input.Failed)
            {
                return RefuseCut();
            }

            if (item is null)
            {
                return Refuse(ModuleFault.BadConstant, $"Entry {found.Count} of the {what} is malformed.");
            }

            found.Add(item);
        }

        items = found.DrainToImmutable();
        return !input.Failed || RefuseCut();
    }

    private ModuleConstant? ReadConstant(ref ModuleInput input)
    {
        var kind = (ConstantKind)input.Byte();
        ModuleConstant? constant = kind switch
        {
            ConstantKind.Value => ValueCodec.Read(ref input) is { } value ? ModuleConstant.Of(value) : null,
            ConstantKind.Pattern => ValueCodec.ReadTexts(ref input) is { Length: > 0 } parts ? ModuleConstant.OfPattern(parts) : null,
            ConstantKind.Names => ValueCodec.ReadTexts(ref input) is { } names && names.Distinct().Count() == names.Length
                ? ModuleConstant.OfNames(names)
                : null,
            _ => null,
        };
        if (constant is not null && !_distinct.Add(constant))
        {
            Refuse(ModuleFault.RepeatedConstant, "A constant is given twice.");
            return null;
        }

        return constant;
    }

    private Signature? ReadSignature(ref ModuleInput input) =>
        ReadTypes(ref input, allowNone: true) is { } types ? new Signature(types) : null;

    private ImmutableArray<RegisterType>? ReadTypes(ref ModuleInput input, bool allowNone)
    {
        ReadOnlySpan<byte> bytes = input.Take(input.Byte());
        if (bytes.Length > ModuleLimits.Registers)
        {
            Refuse(ModuleFault.TooMany, $"{bytes.Length} registers have types; there are {ModuleLimits.Registers}.");
            return null;
        }

        ImmutableArray<RegisterType>.Builder types = ImmutableArray.CreateBuilder<RegisterType>(bytes.Length);
        foreach (byte type in bytes)
        {
            if (!IsType((RegisterType)type, allowNone))
            {
                return null;
            }

            types.Add((RegisterType)type);
        }

        return types.MoveToImmutable();
    }

    private bool IsType(RegisterType type, bool allowNone) =>
        (type <= RegisterTypes.Last && (allowNone || type != RegisterType.None))
        || Refuse(ModuleFault.BadType, $"{(int)type} is no type that can be here.");

    private StateField? ReadField(ref ModuleInput input)
    {
        var field = new StateField(input.Short(), (RegisterType)input.Byte(), (RegisterType)input.Byte());
        return IsContract() && IsFieldName(field.Name) && IsKey(field.Key) && IsType(field.Value, allowNone: false) ? field : null;
    }

    private bool IsKey(RegisterType type) =>
        type == RegisterType.None || KeyCodec.IsKey(type) || Refuse(ModuleFault.BadType, $"{(int)type} is no type of keys.");

    private bool IsFieldName(int constant)
    {
        if (!IsText(constant))
        {
            return false;
        }

        int length = System.Text.Encoding.UTF8.GetByteCount(_constants[constant].Text);
        return (length <= ModuleLimits.FieldNameBytes
                || Refuse(ModuleFault.TooLong, $"A variable's name has {length} bytes; {ModuleLimits.FieldNameBytes} are allowed."))
            && (_fieldNames.Add(constant) || Refuse(ModuleFault.RepeatedName, "Two variables have one name."));
    }

    private EventType? ReadEvent(ref ModuleInput input)
    {
        int name = input.Short();
        return IsContract() && IsText(name) && ReadTypes(ref input, allowNone: false) is { } fields ? new EventType(name, fields) : null;
    }

    private ImportedFunction? ReadImport(ref ModuleInput input)
    {
        int name = input.Short();
        if (!IsContract() || !IsText(name) || ReadTypes(ref input, allowNone: false) is not { } parameters)
        {
            return null;
        }

        var result = (RegisterType)input.Byte();
        return IsType(result, allowNone: true) ? new ImportedFunction(name, parameters, result) : null;
    }

    private bool ReadFunctionHeaders(ref ModuleInput input, out List<ModuleFunction> headers, out List<int> lengths)
    {
        lengths = [];
        List<int> read = lengths;
        bool ok = ReadAll(ref input, "functions", ModuleLimits.Functions, ReadHeader, out ImmutableArray<ModuleFunction> functions);
        headers = [.. functions];
        return ok && (headers.Count > 0 || Refuse(ModuleFault.NoCode, "The module has no function."));

        ModuleFunction? ReadHeader(ref ModuleInput source)
        {
            if (ReadTypes(ref source, allowNone: false) is not { } parameters)
            {
                return null;
            }

            var result = (RegisterType)source.Byte();
            int flag = source.Byte();
            read.Add(source.Short());
            bool fits = IsType(result, allowNone: true)
                && (flag <= 1 || Refuse(ModuleFault.BadFlag, $"The view flag is {flag}; it is 0 or 1."))
                && (read[^1] is > 0 and <= ModuleLimits.Instructions
                    || Refuse(
                        ModuleFault.NoCode,
                        $"A function has {read[^1]} instructions; 1 to {ModuleLimits.Instructions} are allowed."));
            return fits ? new ModuleFunction(parameters, result, flag == 1, []) : null;
        }
    }

    private bool IsContract() =>
        _kind == ModuleKind.Contract || Refuse(ModuleFault.WrongKind, "Only a contract has fields, events, imports and exports.");

    private bool IsText(int constant) =>
        (constant < _constants.Length && _constants[constant].Type == RegisterType.Text)
        || Refuse(ModuleFault.BadReference, $"Constant {constant} is no text.");

    private sealed record Signature(ImmutableArray<RegisterType> Types);
}
