using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation;

/// <summary>What the validators of a run replicate, and how clients speak to it.</summary>
internal abstract class Workload
{
    public abstract ChainId Chain { get; }

    public abstract ValidatorSet Validators { get; }

    /// <summary>Opens a validator's state machine from what its disk holds.</summary>
    public abstract IStateMachine Open(SimulatedDisk disk);

    /// <summary>The state machine's check, which needs no state.</summary>
    public abstract string? Check(ReadOnlyMemory<byte> transaction);

    /// <summary>The transaction that a client makes of a request.</summary>
    public abstract ReadOnlyMemory<byte> Encode(ClientRequest request);

    /// <summary>Which sender's number a transaction uses up.</summary>
    public abstract (long Client, long Nonce) Identify(ReadOnlyMemory<byte> transaction);

    /// <summary>Says from its receipt whether a transaction was executed, and not turned away as repeated or wrong.</summary>
    public abstract bool IsExecuted(ReadOnlyMemory<byte> receipt);
}
