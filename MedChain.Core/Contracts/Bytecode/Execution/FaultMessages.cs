using System.Globalization;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>What went wrong, in the words of the reference evaluator where it has any, and where in the source.</summary>
internal static class FaultMessages
{
    public static string Of(Machine machine, Trap trap)
    {
        if (machine.Fault.Module is not { } module)
        {
            return Describe(trap, "", null);
        }

        (_, int function, int at) = machine.Fault;
        Instruction instruction = module.Functions[function].Code[at];
        string name = instruction.Opcode is Opcode.LoadField or Opcode.LoadAttribute ? module.Constants[instruction.Low].Text : "";
        string what = instruction.Opcode switch
        {
            Opcode.LoadField => $"the record has no attribute \"{Quoting.Shorten(name)}\"",
            Opcode.OffsetTime => RangeOf("offset"),
            Opcode.TimeSince => RangeOf("durationSince"),
            Opcode.DateOfTime => RangeOf("toDate"),
            _ => Describe(trap, name, machine.FaultValue),
        };
        what = trap is Trap.NoAttribute or Trap.OutOfRange ? what : Describe(trap, name, machine.FaultValue);
        return PlaceOf(module, function, at) is { } place
            ? string.Create(CultureInfo.InvariantCulture, $"{place.Line}:{place.Column}: {what}")
            : what;
    }

    private static SourcePlace? PlaceOf(Module module, int function, int instruction)
    {
        foreach (SourcePlace place in module.Content.Places)
        {
            if (place.Function == function && place.Instruction == instruction)
            {
                return place;
            }
        }

        return null;
    }

    private static string RangeOf(string function) => $"{function} leaves the range of 64-bit milliseconds";

    private static string Describe(Trap trap, string name, CedarValue? value) => trap switch
    {
        Trap.Mismatch => "a value does not have the type that the code was compiled for, or is too large",
        Trap.OutOfGas => "the gas does not suffice; simplify the code or raise the limit",
        Trap.Overflow => string.Create(CultureInfo.InvariantCulture, $"the result is outside {long.MinValue} to {long.MaxValue}"),
        Trap.UnknownEntity => $"the entity whose attribute \"{Quoting.Shorten(name)}\" is read is unknown",
        Trap.NoAttribute => $"the entity has no attribute \"{Quoting.Shorten(name)}\"",
        Trap.NoTag => $"the entity has no tag \"{Quoting.Shorten((value as StringValue)?.Value ?? "")}\"",
        Trap.ArenaFull => "the values that are made need more memory than is allowed",
        Trap.TooDeep => "too many calls are open",
        Trap.NoElement => "the set has no element at that place",
        Trap.NoState => value is null ? "the variable has no value" : $"the variable has no value for {Quoting.Shorten(value.ToString()!)}",
        Trap.Failed => (value as StringValue)?.Value ?? "the contract fails",
        Trap.TooManyEffects => $"more than {ModuleLimits.Effects} events and obligations, or one that is too large",
        Trap.UnknownContract => "there is no such contract, or no such function with these types",
        Trap.Reentrant => "the contract is being executed already",
        Trap.NotAView => "the function may change state, and only a view may be called here",
        Trap.TooLarge =>
            $"a key has more than {ModuleLimits.KeyBytes} bytes, or a value is heavier than {ModuleLimits.KeptWeight}; keep less",
        _ => "it leaves the range of 64-bit milliseconds",
    };
}
