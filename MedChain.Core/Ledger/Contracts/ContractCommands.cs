using System.Collections.Immutable;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Contracts;

/// <summary>The administrator puts a contract on the chain, for ever. Its name follows from the chain, the sender, the label and the
/// bytecode.</summary>
/// <param name="Label">Tells contracts of the same bytecode apart, 1 to <see cref="MaxLabelBytes"/> bytes.</param>
/// <param name="Module">The bytecode, which every validator verifies.</param>
internal sealed record DeployContract(string Label, ReadOnlyMemory<byte> Module) : Command
{
    public const int MaxLabelBytes = 64;

    private protected override CommandKind Kind => CommandKind.DeployContract;

    internal static DeployContract ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new DeployContract(reader.ReadString(MaxLabelBytes), reader.ReadBytes(ModuleLimits.ModuleBytes));
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Label);
        writer.Write(Module.Span);
    }
}

/// <summary>A registered account calls a function of a contract. When the call fails, nothing of it stays but its receipt.</summary>
/// <param name="Contract">The contract's name.</param>
/// <param name="Function">The function's name.</param>
/// <param name="Arguments">The arguments in order.</param>
/// <param name="Gas">The most gas that it may use, 1 to <see cref="ContractRules.MaxGas"/>.</param>
internal sealed record CallContract(Digest Contract, string Function, ImmutableArray<CedarValue> Arguments, long Gas) : Command
{
    public const int MaxFunctionBytes = 256;
    public const int MaxArguments = ModuleLimits.Registers;
    public const int MaxArgumentBytes = 64 * 1024;

    private protected override CommandKind Kind => CommandKind.CallContract;

    internal static CallContract ReadFields(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        Digest contract = reader.ReadDigest();
        string function = reader.ReadString(MaxFunctionBytes);
        ImmutableArray<CedarValue>.Builder arguments = ImmutableArray.CreateBuilder<CedarValue>();
        for (int i = reader.ReadArrayCount(MaxArguments); i > 0; i--)
        {
            arguments.Add(ContractValues.Read(ref reader, MaxArgumentBytes));
        }

        return new CallContract(contract, function, arguments.DrainToImmutable(), reader.ReadNonNegative());
    }

    private protected override void WriteFields(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Contract);
        writer.Write(Function);
        writer.BeginArray(Arguments.Length);
        foreach (CedarValue argument in Arguments)
        {
            ContractValues.Write(ref writer, argument);
        }

        writer.Write(Gas);
    }
}
