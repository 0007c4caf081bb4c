using System.Collections.Immutable;
using MedChain.Core.Contracts.Cedar.Evaluation;

namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>A constant of a module, ready for use.</summary>
internal sealed class ModuleConstant
{
    private ModuleConstant(ConstantKind kind, CedarValue? value, ImmutableArray<string> texts)
    {
        Kind = kind;
        Value = value;
        Texts = texts;
        Type = value is null ? RegisterType.None : RegisterTypes.Of(value);

        Text = Shared((value as StringValue)?.Value ?? "");
        Uid = value is EntityValue { Uid: { } uid } ? new EntityUid(Shared(uid.Type), uid.Id) : null;
        Pattern = kind == ConstantKind.Pattern ? new Pattern(texts) : null;
        Number = value?.Number ?? 0;
    }

    public ConstantKind Kind { get; }

    /// <summary>Gets the type of a register that holds the constant; none for a pattern or names.</summary>
    public RegisterType Type { get; }

    public CedarValue? Value { get; }

    /// <summary>Gets the parts of a pattern, or the names.</summary>
    public ImmutableArray<string> Texts { get; }

    /// <summary>Gets the register's 64 bits for a number.</summary>
    public long Number { get; }

    /// <summary>Gets the text, or the empty one for a constant that is none.</summary>
    public string Text { get; }

    /// <summary>Gets the entity, or <see langword="null"/> for a constant that is none.</summary>
    public EntityUid? Uid { get; }

    public Pattern? Pattern { get; }

    /// <summary>Gets what compares constants by their content.</summary>
    public static IEqualityComparer<ModuleConstant> ByContent { get; } = new ContentComparer();

    public static ModuleConstant Of(CedarValue value) => new(ConstantKind.Value, value, []);

    public static ModuleConstant OfPattern(ImmutableArray<string> parts) => new(ConstantKind.Pattern, null, parts);

    public static ModuleConstant OfNames(ImmutableArray<string> names) => new(ConstantKind.Names, null, names);

    /// <summary>The object that the built-in schema and literals of the host have for a name, if there is one: comparing it with itself is
    /// comparing references.</summary>
    private static string Shared(string name) => string.IsInterned(name) ?? name;

    private sealed class ContentComparer : IEqualityComparer<ModuleConstant>
    {
        public bool Equals(ModuleConstant? x, ModuleConstant? y) =>
            ReferenceEquals(x, y) || (x is not null && y is not null && x.Kind == y.Kind
                && (x.Value is null ? x.Texts.AsSpan().SequenceEqual(y.Texts.AsSpan()) : x.Value.Equals(y.Value)));

        public int GetHashCode(ModuleConstant obj) => obj.Value?.GetHashCode() ?? obj.Texts.Aggregate((int)obj.Kind, HashCode.Combine);
    }
}
