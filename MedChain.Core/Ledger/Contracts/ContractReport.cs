using System.Collections.Immutable;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Encoding;

namespace MedChain.Core.Ledger.Contracts;

/// <summary>What a call cost and gave, in its receipt. A call that failed has no result and no effects; the receipt says why.</summary>
/// <param name="Gas">The gas used.</param>
/// <param name="Result">The function's result, or <see langword="null"/>.</param>
/// <param name="Effects">Events, obligations and uses, in order.</param>
internal sealed record ContractReport(long Gas, CedarValue? Result, ImmutableArray<ContractEffect> Effects) : ICanonical<ContractReport>
{
    private const int MaxTextBytes = 4 * 1024;

    void ICanonical<ContractReport>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Gas);
        if (Result is null)
        {
            writer.WriteNil();
        }
        else
        {
            ContractValues.Write(ref writer, Result);
        }

        writer.BeginArray(Effects.Length);
        foreach (ContractEffect effect in Effects)
        {
            Write(ref writer, effect);
        }
    }

    static ContractReport ICanonical<ContractReport>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        long gas = reader.ReadNonNegative();
        CedarValue? result = null;
        if (reader.NextIsNil)
        {
            reader.ReadNil();
        }
        else
        {
            result = ContractValues.Read(ref reader, VariableEntry.MaxBytes);
        }

        ImmutableArray<ContractEffect>.Builder effects = ImmutableArray.CreateBuilder<ContractEffect>();
        for (int i = reader.ReadArrayCount(ModuleLimits.Effects); i > 0; i--)
        {
            effects.Add(ReadEffect(ref reader));
        }

        return new ContractReport(gas, result, effects.DrainToImmutable());
    }

    private static void Write(ref CanonicalWriter writer, ContractEffect effect)
    {
        writer.BeginArray(4);
        writer.Write(effect is ContractEffect.Emitted ? 0L : effect is ContractEffect.Obliged ? 1 : 2);
        writer.Write(ContractAddress.Read(effect.Contract));
        switch (effect)
        {
            case ContractEffect.Emitted emitted:
                writer.Write(emitted.Name);
                writer.BeginArray(emitted.Values.Length);
                foreach (CedarValue value in emitted.Values)
                {
                    ContractValues.Write(ref writer, value);
                }

                break;
            case ContractEffect.Obliged obliged:
                writer.Write(obliged.Name);
                writer.Write(obliged.Detail);
                break;
            case ContractEffect.Consumed consumed:
                writer.Write(consumed.Counter);
                writer.Write(consumed.Amount);
                break;
        }
    }

    private static ContractEffect ReadEffect(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        int kind = reader.ReadInt32(0, 2);
        EntityUid contract = ContractAddress.Of(reader.ReadDigest());
        string name = reader.ReadString(MaxTextBytes);
        return kind switch
        {
            0 => new ContractEffect.Emitted(contract, name, ReadValues(ref reader)),
            1 => new ContractEffect.Obliged(contract, name, reader.ReadString(MaxTextBytes)),
            _ => new ContractEffect.Consumed(contract, name, reader.ReadInt64()),
        };
    }

    private static ImmutableArray<CedarValue> ReadValues(ref CanonicalReader reader)
    {
        ImmutableArray<CedarValue>.Builder values = ImmutableArray.CreateBuilder<CedarValue>();
        for (int i = reader.ReadArrayCount(ModuleLimits.Registers); i > 0; i--)
        {
            values.Add(ContractValues.Read(ref reader, 2 * MaxTextBytes));
        }

        return values.DrainToImmutable();
    }
}
