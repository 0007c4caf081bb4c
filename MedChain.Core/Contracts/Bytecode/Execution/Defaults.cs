using MedChain.Core.Contracts.Bytecode.Modules;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>Values that stand for "none" where a register must hold something.</summary>
internal static class Defaults
{
    private static readonly EntityValue NoEntity = new(new EntityUid("None", ""));
    private static readonly StringValue NoText = new("");
    private static readonly SetValue NoElements = new([]);
    private static readonly IpAddressValue NoAddress = IpAddressValue.FromBits(4, 0, 32)!;

    public static CedarValue Of(RegisterType type) => type switch
    {
        RegisterType.Bool => BooleanValue.False,
        RegisterType.Long => new LongValue(0),
        RegisterType.Decimal => new DecimalValue(0),
        RegisterType.Time => new DateTimeValue(0),
        RegisterType.Duration => new DurationValue(0),
        RegisterType.Entity => NoEntity,
        RegisterType.Text => NoText,
        RegisterType.Set => NoElements,
        RegisterType.Record => RecordValue.Empty,
        _ => NoAddress,
    };
}
