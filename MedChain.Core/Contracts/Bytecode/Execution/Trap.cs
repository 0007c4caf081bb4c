namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>Why an execution ended without a result. Values, because an exception costs a thousand times as much.</summary>
internal enum Trap : byte
{
    /// <summary>It did not: there is a result.</summary>
    None,

    /// <summary>The request or an entity does not have the types that the module was compiled for, or is too large for it. A policy is then
    /// for the reference evaluator.</summary>
    Mismatch,

    /// <summary>The gas does not suffice for the next block or for what an instruction must walk through.</summary>
    OutOfGas,

    /// <summary>An integer leaves 64 bits.</summary>
    Overflow,

    /// <summary>An attribute is read of an entity that is unknown.</summary>
    UnknownEntity,

    /// <summary>An attribute that is read is missing.</summary>
    NoAttribute,

    /// <summary>A tag that is read is missing.</summary>
    NoTag,

    /// <summary>A time leaves 64 bits of milliseconds.</summary>
    OutOfRange,

    /// <summary>The execution makes more values than its arena has room for.</summary>
    ArenaFull,

    /// <summary>Too many calls are open.</summary>
    TooDeep,

    /// <summary>A set has no element at that place.</summary>
    NoElement,

    /// <summary>A variable has no value, or none for that key.</summary>
    NoState,

    /// <summary>The contract says that it fails.</summary>
    Failed,

    /// <summary>Too many or too large events and obligations.</summary>
    TooManyEffects,

    /// <summary>The called contract, or its function with these types, does not exist.</summary>
    UnknownContract,

    /// <summary>The called contract is being executed already.</summary>
    Reentrant,

    /// <summary>A view calls a function that is none.</summary>
    NotAView,

    /// <summary>A key or a value is too large for the state, or a result for a receipt.</summary>
    TooLarge,
}
