using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Contracts;

/// <summary>A contract as the state knows it; never changes.</summary>
/// <param name="Deployer">Who deployed it.</param>
/// <param name="Label">The label it was deployed with.</param>
/// <param name="Module">Name of its bytecode, which is an entry of its own.</param>
/// <param name="Height">The block in which it was deployed.</param>
internal sealed record ContractEntry(AccountId Deployer, string Label, Digest Module, BlockHeight Height) : ICanonical<ContractEntry>
{
    /// <summary>The name that a contract has on a chain, known before it is deployed.</summary>
    public static Digest Name(ChainId chain, AccountId deployer, string label, Digest module) =>
        Canonical.Hash("medchain/contract/v1", new NameParts(chain, deployer, label, module));

    void ICanonical<ContractEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Deployer);
        writer.Write(Label);
        writer.Write(Module);
        writer.Write(Height);
    }

    static ContractEntry ICanonical<ContractEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new ContractEntry(
            reader.ReadAccountId(), reader.ReadString(DeployContract.MaxLabelBytes), reader.ReadDigest(), reader.ReadHeight());
    }

    private readonly record struct NameParts(ChainId Chain, AccountId Deployer, string Label, Digest Module) : ICanonical<NameParts>
    {
        void ICanonical<NameParts>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(4);
            writer.Write(Chain);
            writer.Write(Deployer);
            writer.Write(Label);
            writer.Write(Module);
        }

        static NameParts ICanonical<NameParts>.Read(ref CanonicalReader reader) =>
            throw new MalformedDataException("Hashed bytes are compared, never read.");
    }
}

/// <summary>The bytecode of one or more contracts.</summary>
/// <param name="Bytes">A module that was verified.</param>
internal sealed record BytecodeEntry(ReadOnlyMemory<byte> Bytes) : ICanonical<BytecodeEntry>
{
    void ICanonical<BytecodeEntry>.Write(ref CanonicalWriter writer) => writer.Write(Bytes.Span);

    static BytecodeEntry ICanonical<BytecodeEntry>.Read(ref CanonicalReader reader) => new(reader.ReadBytes(ModuleLimits.ModuleBytes));
}

/// <summary>How much state a contract has.</summary>
/// <param name="Entries">Values of its variables.</param>
/// <param name="Bytes">Keys and values in bytes.</param>
internal readonly record struct ContractSize(long Entries, long Bytes) : ICanonical<ContractSize>
{
    public ContractSize Add(int entries, int bytes) => new(Entries + entries, Bytes + bytes);

    void ICanonical<ContractSize>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(Entries);
        writer.Write(Bytes);
    }

    static ContractSize ICanonical<ContractSize>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ContractSize(reader.ReadNonNegative(), reader.ReadNonNegative());
    }
}

/// <summary>A value of a contract's variable.</summary>
/// <param name="Weight">The value's weight, so that reading it can be paid before.</param>
/// <param name="Bytes">The value's bytes.</param>
internal sealed record VariableEntry(int Weight, ReadOnlyMemory<byte> Bytes) : ICanonical<VariableEntry>
{
    /// <summary>No value of the weight that state may have takes more.</summary>
    public const int MaxBytes = 100 * 1024;

    /// <summary>Gets the value.</summary>
    /// <exception cref="MalformedDataException">The bytes are none, which those in a state are not.</exception>
    public CedarValue Value => ContractValues.FromBytes(Bytes.Span);

    public static VariableEntry Of(CedarValue value) => new(value.Weight, ContractValues.ToBytes(value));

    void ICanonical<VariableEntry>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write((long)Weight);
        writer.Write(Bytes.Span);
    }

    static VariableEntry ICanonical<VariableEntry>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new VariableEntry(reader.ReadInt32(1, ModuleLimits.KeptWeight), reader.ReadBytes(MaxBytes));
    }
}
