namespace MedChain.Core.Contracts;

/// <summary>Limits on policy texts and decisions. The defaults are those of the MedChain profile.</summary>
public sealed record ContractVmOptions
{
    /// <summary>Default of <see cref="MaxTextBytes"/>: 64 KiB.</summary>
    public const int DefaultMaxTextBytes = 64 * 1024;

    /// <summary>Default of <see cref="MaxNesting"/>.</summary>
    public const int DefaultMaxNesting = 64;

    /// <summary>Largest <see cref="MaxNesting"/>: what the parser and the evaluator can walk on a thread's ordinary stack.</summary>
    public const int LargestMaxNesting = 128;

    /// <summary>Default of <see cref="MaxPolicies"/>.</summary>
    public const int DefaultMaxPolicies = 256;

    /// <summary>Default of <see cref="MaxSteps"/>.</summary>
    public const int DefaultMaxSteps = 1_000_000;

    /// <summary>Default of <see cref="MaxGas"/>.</summary>
    public const long DefaultMaxGas = 10_000_000;

    private readonly long _maxGas = DefaultMaxGas;
    private readonly int _maxSteps = DefaultMaxSteps;
    private readonly int _maxTextBytes = DefaultMaxTextBytes;
    private readonly int _maxNesting = DefaultMaxNesting;
    private readonly int _maxPolicies = DefaultMaxPolicies;

    /// <summary>The MedChain profile's limits.</summary>
    public static ContractVmOptions Default { get; } = new();

    /// <summary>Gets the longest policy text in bytes of UTF-8; at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxTextBytes
    {
        get => _maxTextBytes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxTextBytes = value;
        }
    }

    /// <summary>Gets the deepest nesting of an expression; from 1 to <see cref="LargestMaxNesting"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MaxNesting
    {
        get => _maxNesting;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LargestMaxNesting);
            _maxNesting = value;
        }
    }

    /// <summary>Gets the most policies and templates of one set; at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxPolicies
    {
        get => _maxPolicies;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxPolicies = value;
        }
    }

    /// <summary>Gets the most steps of one decision; at least 1. A step is one node of an expression, or one element or 16 characters that
    /// it walks over. A policy that finds none left fails, as any policy that cannot be evaluated.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxSteps
    {
        get => _maxSteps;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxSteps = value;
        }
    }

    /// <summary>Gets the most gas of one decision by bytecode; at least 1. A unit is about a nanosecond. A policy that finds too little
    /// left fails, as any policy that cannot be evaluated.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long MaxGas
    {
        get => _maxGas;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxGas = value;
        }
    }

    /// <summary>Gets whether every decision by bytecode is made by the reference evaluator too; off by default. A difference throws
    /// <see cref="ContractVmDivergenceException"/>.</summary>
    public bool DoubleCheck { get; init; }

    /// <summary>Gets where policies get their names from.</summary>
    public PolicyNaming Naming { get; init; } = PolicyNaming.IdAnnotation;
}
