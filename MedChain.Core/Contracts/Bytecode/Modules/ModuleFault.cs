namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>Why bytes are no module. The numbers are stable: they are in receipts and in tests.</summary>
internal enum ModuleFault
{
    None = 0,

    // Form.
    TooLong = 100,
    BadMagic = 101,
    UnknownVersion = 102,
    UnknownKind = 103,
    UnknownGasTable = 104,
    CutShort = 105,
    TrailingBytes = 106,
    NotCanonical = 107,
    BadFlag = 108,

    // Tables.
    TooMany = 200,
    BadConstant = 201,
    RepeatedConstant = 202,
    BadType = 203,
    WrongKind = 204,
    BadReference = 205,
    NotAscending = 206,
    BadEntry = 207,
    RepeatedName = 208,

    // Code.
    NoCode = 300,
    UnknownOpcode = 301,
    NotInThisKind = 302,
    BadRegister = 303,
    UnusedOperand = 304,
    WrongRegisterType = 305,
    BadImmediate = 306,
    WrongConstant = 307,
    BadTarget = 308,
    BackwardBranch = 309,
    NoBlock = 310,
    WrongBlockTypes = 311,
    WrongGas = 312,
    FallsOff = 313,
    CyclicCall = 314,
    WritesInView = 315,
    WrongResult = 316,
}

/// <summary>The first offence of a module, in the order of its bytes.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Function">The function, or -1 outside code.</param>
/// <param name="Instruction">The instruction, or -1 outside code.</param>
/// <param name="Message">The same in words.</param>
internal sealed record ModuleError(ModuleFault Fault, int Function, int Instruction, string Message)
{
    public override string ToString() => Function < 0
        ? $"E{(int)Fault}: {Message}"
        : $"E{(int)Fault} in function {Function}, instruction {Instruction}: {Message}";
}
