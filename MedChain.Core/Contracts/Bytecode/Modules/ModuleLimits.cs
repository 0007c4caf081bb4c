namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>Sizes that no module and no execution passes.</summary>
internal static class ModuleLimits
{
    public const int ModuleBytes = 64 * 1024;
    public const int Registers = 64;
    public const int Frames = 32;
    public const int Functions = 256;
    public const int Instructions = 4_096;
    public const int Constants = 1_024;
    public const int Signatures = 4_096;
    public const int Entries = 4_096;
    public const int Fields = 256;
    public const int EventTypes = 256;
    public const int Imports = 256;

    /// <summary>Longest text in characters.</summary>
    public const int TextLength = 16 * 1024;

    /// <summary>Longest identifier of an entity in characters.</summary>
    public const int EntityIdLength = 1_024;

    /// <summary>Longest type name of an entity in characters.</summary>
    public const int EntityTypeLength = 1_024;

    /// <summary>Most elements of a set, and of a record.</summary>
    public const int Elements = 1_024;

    /// <summary>Heaviest value that an instruction walks through; see <see cref="CedarValue.Weight"/>.</summary>
    public const int Weight = 4_096;

    /// <summary>Longest name of a state variable in bytes of UTF-8.</summary>
    public const int FieldNameBytes = 40;

    /// <summary>Longest key of a map in bytes; see <see cref="KeyCodec"/>.</summary>
    public const int KeyBytes = 180;

    /// <summary>Heaviest value that is kept in state or returned by a call: the longest text fits, and no value has more than 100
    /// KiB.</summary>
    public const int KeptWeight = 1_536;

    /// <summary>Bytes of values that one execution of a policy may make.</summary>
    public const int PolicyArena = 64 * 1024;

    /// <summary>Bytes of values that one execution of a contract may make.</summary>
    public const int ContractArena = 1024 * 1024;

    /// <summary>Most events and obligations of one execution.</summary>
    public const int Effects = 64;

    /// <summary>Heaviest event or obligation.</summary>
    public const int EffectWeight = 64;

    /// <summary>Most contracts that are being executed at once, each called by the one before.</summary>
    public const int CallDepth = 8;
}
