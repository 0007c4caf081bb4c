namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>The static type of a register. The numbers are on the wire.</summary>
internal enum RegisterType : byte
{
    /// <summary>Nothing is known to be in the register; it cannot be read.</summary>
    None = 0,
    Bool = 1,
    Long = 2,

    /// <summary>A number times 10,000.</summary>
    Decimal = 3,

    /// <summary>Milliseconds since the Unix epoch.</summary>
    Time = 4,

    /// <summary>Milliseconds.</summary>
    Duration = 5,
    Entity = 6,
    Text = 7,
    Set = 8,
    Record = 9,
    Address = 10,
}

/// <summary>Questions about register types.</summary>
internal static class RegisterTypes
{
    public const RegisterType Last = RegisterType.Address;

    /// <summary>Says whether a register of this type holds 64 bits; else it refers to a value.</summary>
    public static bool IsNumber(this RegisterType type) => type is > RegisterType.None and < RegisterType.Entity;

    /// <summary>Says whether two registers of this type can be compared with <c>&lt;</c>.</summary>
    public static bool IsOrdered(this RegisterType type) => type is > RegisterType.Bool and < RegisterType.Entity;

    /// <summary>The place of numbers of a type in the canonical order of values.</summary>
    public static int RankOf(RegisterType type) => type switch
    {
        RegisterType.Bool => 0,
        RegisterType.Long => 1,
        RegisterType.Decimal => 6,
        RegisterType.Time => 8,
        _ => 9,
    };

    public static RegisterType Of(CedarValue value) => value switch
    {
        BooleanValue => RegisterType.Bool,
        LongValue => RegisterType.Long,
        DecimalValue => RegisterType.Decimal,
        DateTimeValue => RegisterType.Time,
        DurationValue => RegisterType.Duration,
        EntityValue => RegisterType.Entity,
        StringValue => RegisterType.Text,
        SetValue => RegisterType.Set,
        RecordValue => RegisterType.Record,
        _ => RegisterType.Address,
    };
}
