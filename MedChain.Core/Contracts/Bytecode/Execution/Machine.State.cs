using System.Collections.Immutable;
using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>State, effects, and calls from contract to contract.</summary>
internal sealed partial class Machine
{
    private readonly List<EntityUid> _contracts = [];
    private readonly List<ContractEffect> _effects = [];
    private IContractHost? _host;
    private StateOverlay? _state;
    private bool _isView;
    private Func<bool>? _payForKey;

    /// <summary>Executes a contract's function.</summary>
    public ContractOutcome Execute(ContractCall call, IContractHost host, StateOverlay state)
    {
        Begin(call.Request.Bind(call.Entities), call.Gas, ModuleLimits.ContractArena);
        _host = host;
        _state = state;
        _isView = call.IsView;

        // A host that threw in an earlier call left these as they were.
        _contracts.Clear();
        _effects.Clear();
        _frame = 0;
        int checkpoint = state.Checkpoint();
        CedarValue? result = null;
        Trap trap = Enter(call.Contract, call.Function, out Module? module, out ModuleFunction? function);
        if (trap == Trap.None)
        {
            trap = Pass(call.Arguments, function!.Parameters);
            trap = trap == Trap.None ? Run(module!, module!.Find(call.Function)) : trap;
            result = trap == Trap.None && function.Result != RegisterType.None ? Value(function.Result, 0) : null;
        }

        if (result is not null && !call.IsView)
        {
            trap = Retain(result.Weight);
            result = trap == Trap.None ? result : null;
        }

        string? message = trap == Trap.None ? null : FaultMessages.Of(this, trap);
        ImmutableArray<ContractEffect> effects = trap == Trap.None ? [.. _effects] : [];
        if (trap != Trap.None)
        {
            state.RollBack(checkpoint);
        }

        long used = GasUsed;
        _host = null;
        _state = null;
        End();
        return new ContractOutcome(trap, message, result, used, effects);
    }

    /// <summary>Finds a function and puts its contract on top of those being executed.</summary>
    private Trap Enter(EntityUid contract, string name, out Module? module, out ModuleFunction? function)
    {
        function = null;
        module = _host!.Find(contract);
        int index = module?.Find(name) ?? -1;
        if (index < 0)
        {
            return Trap.UnknownContract;
        }

        if (_contracts.Contains(contract))
        {
            return Trap.Reentrant;
        }

        if (_contracts.Count == ModuleLimits.CallDepth)
        {
            return Trap.TooDeep;
        }

        function = module!.Functions[index].Declaration;
        _contracts.Add(contract);
        return _isView && !function.IsView ? Trap.NotAView : Trap.None;
    }

    /// <summary>Puts arguments from outside into the first registers.</summary>
    private Trap Pass(ImmutableArray<CedarValue> arguments, ImmutableArray<RegisterType> parameters)
    {
        if (arguments.Length != parameters.Length)
        {
            return Trap.UnknownContract;
        }

        for (int i = 0; i < arguments.Length; i++)
        {
            if (Load(arguments[i], parameters[i], i) != Trap.None)
            {
                return Trap.UnknownContract;
            }
        }

        return Trap.None;
    }

    private Trap ChangeState(Module module, in Instruction i) => i.Opcode switch
    {
        Opcode.GetState or Opcode.HasState => ReadState(module, i),
        Opcode.SetState or Opcode.DeleteState => WriteState(module, i),
        Opcode.FirstKey or Opcode.NextKey => NextKey(module, i),
        Opcode.CallContract => CallContract(module, i),
        _ => TakeEffect(module, i),
    };

    private Trap Slot(Module module, in Instruction i, out ContractSlot? slot)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        StateField field = module.Content.Fields[i.Immediate];
        CedarValue? key = field.Key == RegisterType.None ? null : Value(field.Key, i.B);
        slot = new ContractSlot(_contracts[^1], module.Constants[field.Name].Text, key);
        return key is null ? Walk(1, GasTable.PerWeightStored) : WalkKey(key);
    }

    private Trap WalkKey(CedarValue key)
    {
        Trap trap = Walk(key.Weight, GasTable.PerWeightStored);
        return trap == Trap.None && KeyCodec.LengthOf(key) > ModuleLimits.KeyBytes ? Trap.TooLarge : trap;
    }

    private Trap ReadState(Module module, in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        Trap trap = Slot(module, i, out ContractSlot? slot);
        if (trap != Trap.None)
        {
            return trap;
        }

        int? weight = _state!.WeightOf(slot!);
        if (i.Opcode == Opcode.HasState)
        {
            n[i.A] = weight is null ? 0 : 1;
            return Trap.None;
        }

        if (weight is null)
        {
            FaultValue = slot!.Key;
            return Trap.NoState;
        }

        trap = Walk(weight.Value, GasTable.PerWeightStored);
        return trap == Trap.None ? Load(_state.Read(slot!)!, module.Content.Fields[i.Immediate].Value, i.A) : trap;
    }

    private Trap WriteState(Module module, in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        Trap trap = Slot(module, i, out ContractSlot? slot);
        CedarValue? value = i.Opcode == Opcode.SetState ? Value(module.Content.Fields[i.Immediate].Value, i.A) : null;
        trap = trap == Trap.None ? Retain(value?.Weight ?? 1) : trap;
        if (trap == Trap.None)
        {
            _state!.Write(slot!, value);
        }

        return trap;
    }

    private Trap NextKey(Module module, in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        StateField field = module.Content.Fields[i.Immediate];
        CedarValue? after = i.Opcode == Opcode.NextKey ? Value(field.Key, i.B) : null;
        string name = module.Constants[field.Name].Text;
        Trap trap = after is null ? Trap.None : WalkKey(after);
        if (trap != Trap.None)
        {
            return trap;
        }

        _payForKey ??= () => Charge(GasTable.PerKey);
        if (!_state!.TryNextKey(_contracts[^1], name, after, _payForKey, out CedarValue? key))
        {
            return Trap.OutOfGas;
        }

        // Behind the last key the register must still hold a value of its type.
        n[i.C] = key is null ? 0 : 1;
        return Load(key ?? after ?? Defaults.Of(field.Key), field.Key, i.A);
    }

    private Trap TakeEffect(Module module, in Instruction i)
    {
        Span<long> n = Numbers;
        Span<ValueSlot> v = Values;
        ContractEffect effect;
        int weight;
        switch (i.Opcode)
        {
            case Opcode.Emit:
                EventType type = module.Content.Events[i.Immediate];
                string name = module.Constants[type.Name].Text;
                weight = CedarValue.WeightOf(name);
                ImmutableArray<CedarValue>.Builder values = ImmutableArray.CreateBuilder<CedarValue>(type.Fields.Length);
                for (int k = 0; k < type.Fields.Length; k++)
                {
                    values.Add(Value(type.Fields[k], i.A + k));
                    weight = CedarValue.AddWeights(weight, values[k].Weight);
                }

                effect = new ContractEffect.Emitted(_contracts[^1], name, values.MoveToImmutable());
                break;
            case Opcode.Oblige:
                weight = CedarValue.AddWeights(CedarValue.WeightOf(Text(v, i.A)), CedarValue.WeightOf(Text(v, i.B)));
                effect = new ContractEffect.Obliged(_contracts[^1], Text(v, i.A), Text(v, i.B));
                break;
            default:
                weight = CedarValue.WeightOf(Text(v, i.A));
                effect = new ContractEffect.Consumed(_contracts[^1], Text(v, i.A), n[i.B]);
                break;
        }

        if (_effects.Count == ModuleLimits.Effects || weight > ModuleLimits.EffectWeight)
        {
            return Trap.TooManyEffects;
        }

        Trap trap = Retain(weight);
        if (trap == Trap.None)
        {
            _effects.Add(effect);
        }

        return trap;
    }

    /// <summary>Calls another contract. Its failure is this one's failure, so there is nothing half done to go on from.</summary>
    private Trap CallContract(Module module, in Instruction call)
    {
        ImportedFunction import = module.Content.Imports[call.Immediate];
        int here = _frame * ModuleLimits.Registers;
        var target = (EntityValue)_values[here + call.C].Value!;
        if (_frame + 1 >= ModuleLimits.Frames)
        {
            return Trap.TooDeep;
        }

        string name = module.Constants[import.Name].Text;
        Trap trap = Enter(target.Uid, name, out Module? callee, out ModuleFunction? function);
        if (trap != Trap.None)
        {
            return trap;
        }

        if (function!.Result != import.Result || !function.Parameters.AsSpan().SequenceEqual(import.Parameters.AsSpan()))
        {
            return Trap.UnknownContract;
        }

        bool wasView = _isView;
        _isView = function.IsView;
        trap = InNextFrame(callee!, callee!.Find(name), call);
        _isView = wasView;
        _contracts.RemoveAt(_contracts.Count - 1);
        return trap;
    }
}
