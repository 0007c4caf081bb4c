using MedChain.Core.Contracts.Bytecode.Modules;

namespace MedChain.Core.Contracts.Bytecode.Verification;

/// <summary>The most gas that a function can use when its branches go forward only: the most expensive way through its blocks.</summary>
internal static class MaximumGas
{
    /// <summary>What a sum stays at when it would be larger: no execution is given as much.</summary>
    public const long Ceiling = 1_000_000_000_000;

    /// <param name="code">Verified code of a policy.</param>
    /// <param name="functions">The module's functions; those that the code calls are known already.</param>
    public static long Of(ReadOnlySpan<Instruction> code, ReadOnlySpan<VerifiedFunction> functions)
    {
        // From the back: what can still be used from an instruction on. A block's price is paid at its head.
        long[] from = new long[code.Length + 1];
        for (int i = code.Length - 1; i >= 0; i--)
        {
            Instruction instruction = code[i];
            OpcodeRule rule = OpcodeTable.Find(instruction.Opcode)!;
            long rest = rule.Traits.HasFlag(OpcodeTraits.Ends) ? 0 : from[i + 1];
            if (rule.Immediate == ImmediateUse.Target)
            {
                rest = Math.Max(rest, from[instruction.Immediate]);
            }

            long own = instruction.Opcode switch
            {
                Opcode.Block => instruction.Immediate,
                Opcode.Call => functions[instruction.Immediate].MaxGas ?? Ceiling,
                _ => rule.VariableGas,
            };
            from[i] = Math.Min(rest + own, Ceiling);
        }

        return from[0];
    }
}
