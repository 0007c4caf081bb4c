using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Bytecode.Compilation;

/// <summary>Assembles one function: hands out registers, follows their types, begins blocks where something jumps to, and computes what the
/// blocks cost. Code that cannot be reached is left out.</summary>
internal sealed class FunctionBuilder
{
    private readonly ModuleBuilder _module;
    private readonly ImmutableArray<RegisterType> _parameters;
    private readonly List<Instruction> _code = [];
    private readonly List<(int Instruction, TextPosition Position)> _places = [];
    private readonly RegisterType[] _types = new RegisterType[ModuleLimits.Registers];
    private int _next;

    public FunctionBuilder(ModuleBuilder module, ImmutableArray<RegisterType> parameters, RegisterType result, bool isView)
    {
        _module = module;
        _parameters = parameters;
        Result = result;
        IsView = isView;
        parameters.AsSpan().CopyTo(_types);
        _next = parameters.Length;
        BeginBlock();
    }

    public RegisterType Result { get; }

    public bool IsView { get; }

    /// <summary>Gets whether the next instruction can be reached.</summary>
    public bool IsReachable { get; private set; } = true;

    /// <summary>Gets whether the function needs more than a module allows; then it is of no use.</summary>
    public bool Failed { get; private set; }

    /// <summary>Gets the first register that is free; pass it to <see cref="Release"/> later.</summary>
    public int Mark => _next;

    /// <summary>Gets where the instructions that can fail come from.</summary>
    public IReadOnlyList<(int Instruction, TextPosition Position)> Places => _places;

    public RegisterType TypeOf(int register) => _types[register];

    public int Allocate()
    {
        Failed |= _next == ModuleLimits.Registers;
        return Failed ? ModuleLimits.Registers - 1 : _next++;
    }

    /// <summary>Gives back all registers from one on.</summary>
    public void Release(int mark)
    {
        _next = mark;
        Array.Clear(_types, mark, ModuleLimits.Registers - mark);
    }

    /// <summary>Adds an instruction that writes a register.</summary>
    public void EmitTo(
        int register, RegisterType type, Opcode opcode, int b = 0, int c = 0, int immediate = 0, TextPosition position = default)
    {
        Emit(opcode, register, b, c, immediate, position);
        if (IsReachable)
        {
            _types[register] = type;
        }
    }

    /// <summary>Adds an instruction. Those that end a block make what follows unreachable.</summary>
    public void Emit(Opcode opcode, int a = 0, int b = 0, int c = 0, int immediate = 0, TextPosition position = default)
    {
        if (!IsReachable)
        {
            return;
        }

        if (position != default)
        {
            _places.Add((_code.Count, position));
        }

        _code.Add(new Instruction(opcode, (byte)a, (byte)b, (byte)c, immediate));
        Failed |= _code.Count > ModuleLimits.Instructions;
        IsReachable = !OpcodeTable.Find(opcode)!.Traits.HasFlag(OpcodeTraits.Ends);
    }

    /// <summary>Says that an instruction just added left a type in a register that is not its first operand.</summary>
    public void SetType(int register, RegisterType type) => _types[register] = IsReachable ? type : _types[register];

    /// <summary>Adds a jump that needs a wide constant.</summary>
    public void JumpConstant(Opcode opcode, int register, int constant, Label label) =>
        Jump(opcode, label, register, constant & byte.MaxValue, constant >> 8);

    /// <summary>Adds a jump to a label, which may be placed later.</summary>
    public void Jump(Opcode opcode, Label label, int a = 0, int b = 0, int c = 0)
    {
        if (!IsReachable)
        {
            return;
        }

        if (label.Target is null)
        {
            label.Jumps.Add(_code.Count);
            label.Types = Meet(label.Types);
        }

        Emit(opcode, a, b, c, label.Target ?? 0);
    }

    public static Label NewLabel() => new();

    /// <summary>Puts a label that was jumped to here; one that was not is forgotten.</summary>
    public void Place(Label label)
    {
        if (label.Jumps.Count == 0)
        {
            return;
        }

        RegisterType[] types = IsReachable ? Meet(label.Types) : label.Types!;
        Array.Clear(types, _next, ModuleLimits.Registers - _next);
        types.CopyTo(_types, 0);
        IsReachable = true;
        label.Target = _code.Count;
        foreach (int jump in label.Jumps)
        {
            _code[jump] = _code[jump] with { Immediate = _code.Count };
        }

        BeginBlock();
    }

    /// <summary>Puts a label here that is jumped back to.</summary>
    public void PlaceLoop(Label label)
    {
        label.Target = _code.Count;
        BeginBlock();
    }

    /// <summary>The function, with the prices of its blocks.</summary>
    public ModuleFunction Build()
    {
        int head = 0;
        int cost = 0;
        for (int i = 0; i <= _code.Count; i++)
        {
            if (i == _code.Count || (_code[i].Opcode == Opcode.Block && i > 0))
            {
                _code[head] = _code[head] with { Immediate = cost };
                (head, cost) = (i, 0);
            }

            cost += i < _code.Count ? OpcodeTable.Find(_code[i].Opcode)!.Gas : 0;
        }

        return new ModuleFunction(_parameters, Result, IsView, [.. _code]);
    }

    private RegisterType[] Meet(RegisterType[]? other)
    {
        var met = (RegisterType[])_types.Clone();
        for (int i = 0; other is not null && i < met.Length; i++)
        {
            met[i] = met[i] == other[i] ? met[i] : RegisterType.None;
        }

        return met;
    }

    private void BeginBlock()
    {
        int signature = _module.Signature(_types);
        Emit(Opcode.Block, signature & byte.MaxValue, signature >> 8);
    }
}
