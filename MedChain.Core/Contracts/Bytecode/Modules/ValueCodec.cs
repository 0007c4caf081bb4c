using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>Values as bytes: one byte for the kind, then the content. One value has one form; bytes in another form are noticed when the
/// value is written again.</summary>
internal static class ValueCodec
{
    public static void Write(ModuleOutput output, CedarValue value)
    {
        output.Byte((byte)RegisterTypes.Of(value));
        switch (value)
        {
            case BooleanValue boolean:
                output.Byte(boolean.Value ? (byte)1 : (byte)0);
                break;
            case LongValue number:
                output.Long(number.Value);
                break;
            case DecimalValue number:
                output.Long(number.TenThousandths);
                break;
            case DateTimeValue time:
                output.Long(time.Milliseconds);
                break;
            case DurationValue duration:
                output.Long(duration.Milliseconds);
                break;
            case StringValue text:
                output.Text(text.Value);
                break;
            case EntityValue entity:
                output.Text(entity.Uid.Type);
                output.Text(entity.Uid.Id);
                break;
            case IpAddressValue address:
                output.Byte(address.IsIpv4 ? (byte)4 : (byte)6);
                output.Wide(address.Bits);
                output.Byte((byte)address.Prefix);
                break;
            case SetValue set:
                output.Short(set.Elements.Length);
                foreach (CedarValue element in set.Elements)
                {
                    Write(output, element);
                }

                break;
            case RecordValue record:
                output.Short(record.Count);
                foreach (string name in record.Names)
                {
                    output.Text(name);
                    Write(output, record[name]!);
                }

                break;
        }
    }

    /// <summary>Reads a value, or gives <see langword="null"/> for bytes that are none.</summary>
    public static CedarValue? Read(ref ModuleInput input, int depth = 0)
    {
        var type = (RegisterType)input.Byte();
        if (depth > CedarValue.MaxDepth)
        {
            return null;
        }

        CedarValue? value = type switch
        {
            RegisterType.Bool => input.Byte() switch { 0 => BooleanValue.False, 1 => BooleanValue.True, _ => null },
            RegisterType.Long => new LongValue(input.Long()),
            RegisterType.Decimal => new DecimalValue(input.Long()),
            RegisterType.Time => new DateTimeValue(input.Long()),
            RegisterType.Duration => new DurationValue(input.Long()),
            RegisterType.Text => input.Text() is { } text ? new StringValue(text) : null,
            RegisterType.Entity => ReadEntity(ref input),
            RegisterType.Address => IpAddressValue.FromBits(input.Byte(), input.Wide(), input.Byte()),
            RegisterType.Set => ReadSet(ref input, depth),
            RegisterType.Record => ReadRecord(ref input, depth),
            _ => null,
        };
        return input.Failed ? null : value;
    }

    private static EntityValue? ReadEntity(ref ModuleInput input)
    {
        // Types and codes that the host has as literals are then compared by reference.
        string? type = Shared(input.Text());
        return EntityUid.TryCreate(type, Shared(input.Text()), out EntityUid? uid)
            && uid.Id.Length <= ModuleLimits.EntityIdLength && uid.Type.Length <= ModuleLimits.EntityTypeLength
            ? new EntityValue(uid)
            : null;
    }

    private static string? Shared(string? text) => text is null ? null : string.IsInterned(text) ?? text;

    private static SetValue? ReadSet(ref ModuleInput input, int depth)
    {
        int count = input.Short();
        var elements = new List<CedarValue>();
        while (elements.Count < count && count <= ModuleLimits.Elements && Read(ref input, depth + 1) is { } element)
        {
            elements.Add(element);
        }

        return elements.Count == count ? new SetValue(elements) : null;
    }

    private static RecordValue? ReadRecord(ref ModuleInput input, int depth)
    {
        int count = input.Short();
        var attributes = new List<KeyValuePair<string, CedarValue>>();
        string? last = null;
        while (attributes.Count < count && count <= ModuleLimits.Elements && input.Text() is { } name
            && (last is null || string.CompareOrdinal(last, name) < 0) && Read(ref input, depth + 1) is { } value)
        {
            attributes.Add(KeyValuePair.Create(name, value));
            last = name;
        }

        return attributes.Count == count ? new RecordValue(attributes) : null;
    }

    public static ImmutableArray<string>? ReadTexts(ref ModuleInput input)
    {
        int count = input.Short();
        var texts = new List<string>();
        while (texts.Count < count && count <= ModuleLimits.Elements && input.Text() is { } text)
        {
            texts.Add(text);
        }

        return texts.Count == count ? [.. texts] : null;
    }
}
