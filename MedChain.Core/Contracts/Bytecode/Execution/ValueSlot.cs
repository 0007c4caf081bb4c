namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>A register's place for a value that is no number. A struct, because storing into an array of a sealed type needs no type
/// check.</summary>
internal struct ValueSlot
{
    public CedarValue? Value;
}
