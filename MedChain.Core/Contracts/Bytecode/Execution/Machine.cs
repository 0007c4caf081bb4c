using MedChain.Core.Contracts.Bytecode.Modules;
using MedChain.Core.Contracts.Bytecode.Verification;

namespace MedChain.Core.Contracts.Bytecode.Execution;

/// <summary>Executes verified modules. Holds the registers of all frames, so that an execution allocates nothing; used again and again by
/// one thread. The types of registers were checked by the verifier; what comes from requests, entities and state is checked when it is
/// loaded.</summary>
internal sealed partial class Machine
{
    private readonly long[] _numbers = new long[ModuleLimits.Frames * ModuleLimits.Registers];
    private readonly ValueSlot[] _values = new ValueSlot[ModuleLimits.Frames * ModuleLimits.Registers];

    private RequestBinding? _binding;
    private long _gasLeft;
    private long _gasLimit;
    private int _arenaLeft;
    private int _frame;
    private int _highestFrame;
    private int _usedRegisters;
    private bool _stopped;

    /// <summary>Gets the gas used since <see cref="Begin"/>: all of it after <see cref="Trap.OutOfGas"/>.</summary>
    public long GasUsed => _gasLimit - _gasLeft;

    /// <summary>Gets the module, function and instruction of the last trap.</summary>
    public (Module Module, int Function, int Instruction) Fault { get; private set; }

    /// <summary>Gets the value that explains the last trap: the message of a failure, the key of a missing tag.</summary>
    public CedarValue? FaultValue { get; private set; }

    /// <summary>Prepares for a request. Gas and arena last until the next call of this method or of <see cref="Refill"/>.</summary>
    public void Begin(RequestBinding binding, long gas, int arena)
    {
        _binding = binding;
        Refill(gas, arena);
    }

    public void Refill(long gas, int arena)
    {
        _gasLimit = gas;
        _gasLeft = gas;
        _arenaLeft = arena;
        _stopped = false;
    }

    /// <summary>Forgets all values, so that a machine that waits does not keep them alive.</summary>
    public void End()
    {
        int used = _highestFrame == 0 ? _usedRegisters : (_highestFrame + 1) * ModuleLimits.Registers;
        foreach (ref ValueSlot slot in _values.AsSpan(0, used))
        {
            slot.Value = null;
        }

        _highestFrame = 0;
        _usedRegisters = 0;
        _binding = null;
        if (_stopped)
        {
            FaultValue = null;
            Fault = default;
        }
    }

    /// <summary>Asks a policy's function, whose parameters are principal, action, resource and context.</summary>
    public Trap Ask(Module policy, int function, out bool answer)
    {
        AuthorizationRequest request = _binding!.Request;
        ValueSlot[] values = _values;
        values[0].Value = request.PrincipalValue;
        values[1].Value = request.ActionValue;
        values[2].Value = request.ResourceValue;
        values[3].Value = request.Context;
        _frame = 0;
        _stopped = false;
        Trap trap = Run(policy, function);
        answer = trap == Trap.None && _numbers[0] != 0;
        return trap;
    }

    /// <summary>Takes gas for work whose amount depends on values; <see langword="false"/> when there is not enough, and then there is none
    /// left.</summary>
    private bool Charge(long amount)
    {
        if (_gasLeft < amount)
        {
            _gasLeft = 0;
            return false;
        }

        _gasLeft -= amount;
        return true;
    }

    /// <summary>Charges for walking through a value, or says why it cannot be.</summary>
    private Trap Walk(int weight, int price) =>
        weight > ModuleLimits.Weight ? Trap.Mismatch : Charge((long)weight * price) ? Trap.None : Trap.OutOfGas;

    /// <summary>Charges for a value that every validator keeps, or says why it cannot be.</summary>
    private Trap Retain(int weight) =>
        weight > ModuleLimits.KeptWeight ? Trap.TooLarge : Charge((long)weight * GasTable.PerWeightKept) ? Trap.None : Trap.OutOfGas;

    /// <summary>Charges for a value that is made and takes its place in the arena.</summary>
    private Trap Make(int weight)
    {
        if (weight > ModuleLimits.Weight)
        {
            return Trap.ArenaFull;
        }

        int bytes = weight * CedarValue.BytesPerWeight;
        if (bytes > _arenaLeft)
        {
            return Trap.ArenaFull;
        }

        _arenaLeft -= bytes;
        return Charge((long)weight * GasTable.PerWeightMade) ? Trap.None : Trap.OutOfGas;
    }

    private Span<long> Numbers => _numbers.AsSpan(_frame * ModuleLimits.Registers, ModuleLimits.Registers);

    private Span<ValueSlot> Values => _values.AsSpan(_frame * ModuleLimits.Registers, ModuleLimits.Registers);

    private StoredEntity? Find(EntityValue entity) => _binding!.Find(entity);

    /// <summary>The value in a register of a type.</summary>
    private CedarValue Value(RegisterType type, int register)
    {
        int place = (_frame * ModuleLimits.Registers) + register;
        return type switch
        {
            RegisterType.Bool => BooleanValue.Of(_numbers[place] != 0),
            RegisterType.Long => new LongValue(_numbers[place]),
            RegisterType.Decimal => new DecimalValue(_numbers[place]),
            RegisterType.Time => new DateTimeValue(_numbers[place]),
            RegisterType.Duration => new DurationValue(_numbers[place]),
            _ => _values[place].Value!,
        };
    }
}
