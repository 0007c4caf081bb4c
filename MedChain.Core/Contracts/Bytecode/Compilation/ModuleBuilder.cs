using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Contracts.Cedar.Syntax;
using MedChain.Core.Primitives;

namespace MedChain.Core.Contracts.Bytecode.Compilation;

/// <summary>Assembles a module. What it makes is verified like a module from anywhere.</summary>
internal sealed class ModuleBuilder(ModuleKind kind, Digest source, int part = 0)
{
    private readonly List<ModuleConstant> _constants = [];
    private readonly Dictionary<ModuleConstant, int> _constantPlaces = new(ModuleConstant.ByContent);
    private readonly List<ImmutableArray<RegisterType>> _signatures = [];
    private readonly Dictionary<string, int> _signaturePlaces = new(StringComparer.Ordinal);
    private readonly List<StateField> _fields = [];
    private readonly List<EventType> _events = [];
    private readonly List<ImportedFunction> _imports = [];
    private readonly List<ModuleFunction> _functions = [];
    private readonly List<SourcePlace> _places = [];
    private readonly List<PolicyEntry> _entries = [];
    private readonly List<ExportedFunction> _exports = [];

    /// <summary>The place of a constant value.</summary>
    public int Constant(CedarValue value) => Constant(ModuleConstant.Of(value));

    public int Text(string text) => Constant(new StringValue(text));

    public int Pattern(ImmutableArray<string> parts) => Constant(ModuleConstant.OfPattern(parts));

    public int Names(ImmutableArray<string> names) => Constant(ModuleConstant.OfNames(names));

    /// <summary>The place of a signature; types at the end that are none are left out.</summary>
    public int Signature(ReadOnlySpan<RegisterType> types)
    {
        int length = types.Length;
        while (length > 0 && types[length - 1] == RegisterType.None)
        {
            length--;
        }

        string key = string.Create(length, types[..length], static (key, types) =>
        {
            for (int i = 0; i < key.Length; i++)
            {
                key[i] = (char)('a' + (int)types[i]);
            }
        });
        if (!_signaturePlaces.TryGetValue(key, out int place))
        {
            place = _signatures.Count;
            _signatures.Add([.. types[..length]]);
            _signaturePlaces.Add(key, place);
        }

        return place;
    }

    public int Field(string name, RegisterType key, RegisterType value) => Add(_fields, new StateField(Text(name), key, value));

    public int Event(string name, ImmutableArray<RegisterType> fields) => Add(_events, new EventType(Text(name), fields));

    public int Import(string name, ImmutableArray<RegisterType> parameters, RegisterType result) =>
        Add(_imports, new ImportedFunction(Text(name), parameters, result));

    /// <summary>Adds a finished function. Equal ones are kept once.</summary>
    public int Function(FunctionBuilder builder)
    {
        ModuleFunction function = builder.Build();
        for (int i = 0; i < _functions.Count; i++)
        {
            if (IsSame(i, function, builder.Places))
            {
                return i;
            }
        }

        return Add(builder, function);
    }

    /// <summary>Takes a place for a function that others call before it is finished; see <see cref="Fill"/>.</summary>
    public int Reserve(ImmutableArray<RegisterType> parameters, RegisterType result, bool isView) =>
        Add(_functions, new ModuleFunction(parameters, result, isView, []));

    /// <summary>Puts a finished function into its reserved place.</summary>
    public void Fill(int place, FunctionBuilder builder)
    {
        _functions[place] = builder.Build();
        AddPlaces(place, builder.Places);
    }

    public void Entry(string principal, EntityUid action, string resource, int function) =>
        _entries.Add(new PolicyEntry(Text(principal), Constant(new EntityValue(action)), Text(resource), function));

    public void Export(string name, int function) => _exports.Add(new ExportedFunction(Text(name), function));

    /// <summary>The bytes of the module; <see langword="null"/> when it does not fit into the format.</summary>
    public byte[]? Encode() => ModuleWriter.Write(new ModuleContent
    {
        Kind = kind,
        GasTable = GasTable.Version,
        Source = source,
        Part = part,
        Constants = [.. _constants],
        Signatures = [.. _signatures],
        Fields = [.. _fields],
        Events = [.. _events],
        Imports = [.. _imports],
        Functions = [.. _functions],
        Entries = [.. _entries.OrderBy(entry => (entry.Principal, entry.Action, entry.Resource))],
        Exports = [.. _exports.OrderBy(export => _constants[export.Name].Text, StringComparer.Ordinal)],
        Places = [.. _places.OrderBy(place => (place.Function, place.Instruction))],
    });

    /// <summary>Encodes and verifies.</summary>
    public bool TryBuild([NotNullWhen(true)] out Module? module, [NotNullWhen(false)] out ModuleError? error)
    {
        module = null;
        error = new ModuleError(ModuleFault.TooLong, -1, -1, "The module is larger than the format allows.");
        return Encode() is { } bytes && Module.TryVerify(bytes, out module, out error);
    }

    private static int Add<T>(List<T> list, T item)
    {
        list.Add(item);
        return list.Count - 1;
    }

    private int Add(FunctionBuilder builder, ModuleFunction function)
    {
        int place = Add(_functions, function);
        AddPlaces(place, builder.Places);
        return place;
    }

    private int Constant(ModuleConstant constant)
    {
        if (!_constantPlaces.TryGetValue(constant, out int place))
        {
            place = Add(_constants, constant);
            _constantPlaces.Add(constant, place);
        }

        return place;
    }

    private void AddPlaces(int function, IReadOnlyList<(int Instruction, TextPosition Position)> places) => _places.AddRange(
        places.Select(place => new SourcePlace(function, place.Instruction, place.Position.Line, place.Position.Column)));

    private bool IsSame(int index, ModuleFunction function, IReadOnlyList<(int Instruction, TextPosition Position)> places)
    {
        ModuleFunction other = _functions[index];
        return other.IsView == function.IsView && other.Result == function.Result
            && other.Parameters.AsSpan().SequenceEqual(function.Parameters.AsSpan())
            && other.Code.AsSpan().SequenceEqual(function.Code.AsSpan())
            && _places.Where(place => place.Function == index)
                .Select(place => (place.Instruction, new TextPosition(place.Line, place.Column)))
                .SequenceEqual(places);
    }
}
