using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;

namespace MedChain.Benchmarks.Modules;

/// <summary>Changes valid modules: bits and bytes anywhere, or instructions with the blocks' prices mended, so that the verifier has to
/// look deeper. The same seed gives the same modules.</summary>
internal sealed class ModuleMutator(Random random)
{
    /// <summary>Bytes that are no module any more, or another one.</summary>
    public byte[] Mutate(Module module) => random.Next(3) switch
    {
        0 => FlipBits(module),
        1 => ReplaceBytes(module),
        _ => ModuleWriter.Write(ChangeCode(module.Content)) ?? [],
    };

    private byte[] FlipBits(Module module)
    {
        byte[] bytes = [.. module.Bytes];
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }

    private byte[] ReplaceBytes(Module module)
    {
        byte[] bytes = [.. module.Bytes];
        int at = random.Next(bytes.Length);
        switch (random.Next(3))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
            default:
                random.NextBytes(bytes.AsSpan(at, Math.Min(random.Next(1, 9), bytes.Length - at)));
                return bytes;
        }
    }

    private ModuleContent ChangeCode(ModuleContent content)
    {
        int place = random.Next(content.Functions.Length);
        ModuleFunction function = content.Functions[place];
        List<Instruction> code = [.. function.Code];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(code.Count);
            code[at] = Change(code[at], content, code.Count);
            if (random.Next(8) == 0)
            {
                code.Insert(random.Next(code.Count + 1), code[random.Next(code.Count)]);
            }
            else if (random.Next(8) == 0 && code.Count > 1)
            {
                code.RemoveAt(random.Next(code.Count));
            }
        }

        return content with { Functions = content.Functions.SetItem(place, function with { Code = Priced(code) }) };
    }

    private Instruction Change(Instruction instruction, ModuleContent content, int length) => random.Next(6) switch
    {
        0 => instruction with { Opcode = (Opcode)random.Next(1, (int)Opcode.CallContract + 2) },
        1 => instruction with { A = (byte)random.Next(20) },
        2 => instruction with { B = (byte)random.Next(20) },
        3 => instruction with { C = (byte)random.Next(20) },
        4 => instruction with { Immediate = random.Next(Math.Max(content.Constants.Length, length)) },
        _ => instruction with { Immediate = instruction.Immediate ^ (1 << random.Next(32)) },
    };

    private static ImmutableArray<Instruction> Priced(List<Instruction> code)
    {
        int head = -1;
        int cost = 0;
        for (int i = 0; i <= code.Count; i++)
        {
            if (i == code.Count || code[i].Opcode == Opcode.Block)
            {
                if (head >= 0)
                {
                    code[head] = code[head] with { Immediate = cost };
                }

                (head, cost) = (i, 0);
            }

            cost += i < code.Count ? OpcodeTable.Find(code[i].Opcode)?.Gas ?? 0 : 0;
        }

        return [.. code];
    }
}
