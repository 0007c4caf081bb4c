namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>Version 1 of the prices. A unit is about a nanosecond of one core. Fixed prices are in <see cref="OpcodeTable"/> and charged by
/// the block; what depends on sizes is charged here, by the instruction, before the work. Instructions of state are priced for a chain's
/// state, a tree of some hundred thousand entries of which every change is hashed.</summary>
internal static class GasTable
{
    public const int Version = 1;

    /// <summary>For each unit of weight that is compared, searched or matched.</summary>
    public const int PerWeight = 2;

    /// <summary>For each unit of weight of a value that is made.</summary>
    public const int PerWeightMade = 12;

    /// <summary>For each element that is looked up in a set or among the ancestors of an entity.</summary>
    public const int PerLookup = 24;

    /// <summary>For each unit of weight that is read from state.</summary>
    public const int PerWeightStored = 12;

    /// <summary>For each unit of weight that is written to state, or leaves as an effect or result: every validator hashes and stores
    /// it.</summary>
    public const int PerWeightKept = 160;

    /// <summary>For each key that is looked at on the way to the next one: a search in the state, and the longest key.</summary>
    public const int PerKey = 1_500 + (PerWeightStored * (1 + (ModuleLimits.KeyBytes / 16)));

    /// <summary>The most that an instruction can charge on top of its fixed price.</summary>
    public static int MostFor(Opcode opcode) => opcode switch
    {
        Opcode.SameValue or Opcode.Like or Opcode.LoadTag or Opcode.HasTag => PerWeight * ModuleLimits.Weight,
        Opcode.Contains => (PerWeight * ModuleLimits.Weight) + PerLookup,
        Opcode.ContainsAll or Opcode.ContainsAny or Opcode.IsInSet => PerLookup * ModuleLimits.Weight,
        Opcode.JoinTexts or Opcode.HashText or Opcode.MakeSet or Opcode.MakeRecord or Opcode.Union =>
            PerWeightMade * ModuleLimits.Weight,
        Opcode.SetState or Opcode.DeleteState => (PerWeightStored + PerWeightKept) * ModuleLimits.Weight,
        Opcode.Emit or Opcode.Oblige or Opcode.Consume => PerWeightKept * ModuleLimits.Weight,
        _ => PerWeightStored * ModuleLimits.Weight,
    };
}
