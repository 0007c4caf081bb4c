namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>What a module is for.</summary>
internal enum ModuleKind : byte
{
    /// <summary>None; no module has this kind.</summary>
    None,

    /// <summary>One policy: branches forward only, calls acyclically, and changes nothing.</summary>
    Policy,

    /// <summary>A contract with state; it may loop, and its loops are metered.</summary>
    Contract,
}
