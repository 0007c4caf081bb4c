namespace MedChain.Core.Contracts.Bytecode.Modules;

/// <summary>The instructions. The numbers are on the wire; <see cref="OpcodeTable"/> says what operands each takes, and docs/contract-vm.md
/// what each does.</summary>
internal enum Opcode : byte
{
    None = 0,

    // Control.
    Block = 1,
    Jump = 2,
    JumpIf = 3,
    JumpUnless = 4,
    Return = 5,
    ReturnValue = 6,
    ReturnBool = 7,
    Fail = 8,
    Mismatch = 9,
    Call = 10,

    // Compare and branch.
    JumpEqual = 11,
    JumpNotEqual = 12,
    JumpLess = 13,
    JumpLessOrEqual = 14,
    JumpEqualConstant = 15,
    JumpNotEqualConstant = 16,
    JumpLessConstant = 17,
    JumpLessOrEqualConstant = 18,
    JumpGreaterConstant = 19,
    JumpGreaterOrEqualConstant = 20,
    JumpSame = 21,
    JumpOther = 22,
    JumpSameConstant = 23,
    JumpOtherConstant = 24,
    JumpIn = 25,
    JumpNotIn = 26,

    // Moves.
    Move = 27,
    LoadNumber = 28,
    LoadBool = 29,
    LoadConstant = 30,
    LoadRequest = 31,

    // Numbers.
    Add = 32,
    Subtract = 33,
    Multiply = 34,
    Negate = 35,
    Equal = 36,
    Less = 37,
    LessOrEqual = 38,
    Not = 39,

    // Times.
    OffsetTime = 40,
    TimeSince = 41,
    DateOfTime = 42,
    TimeOfDay = 43,
    DurationIn = 44,

    // Addresses.
    IsIpv4 = 45,
    IsIpv6 = 46,
    IsLoopback = 47,
    IsMulticast = 48,
    IsInRange = 49,

    // Values.
    SameEntity = 50,
    SameValue = 51,
    Like = 52,
    TextLength = 53,
    JoinTexts = 54,
    HashText = 55,
    MakeSet = 56,
    Union = 57,
    Contains = 58,
    ContainsAll = 59,
    ContainsAny = 60,
    IsEmpty = 61,
    SetLength = 62,
    SetElement = 63,
    MakeRecord = 64,
    LoadField = 65,
    HasField = 66,

    // Entities.
    LoadAttribute = 67,
    HasAttribute = 68,
    LoadTag = 69,
    HasTag = 70,
    IsIn = 71,
    IsInSet = 72,
    IsType = 73,

    // State of a contract.
    GetState = 74,
    HasState = 75,
    SetState = 76,
    DeleteState = 77,
    FirstKey = 78,
    NextKey = 79,

    // Effects of a contract.
    Emit = 80,
    Oblige = 81,
    Consume = 82,
    CallContract = 83,
}
