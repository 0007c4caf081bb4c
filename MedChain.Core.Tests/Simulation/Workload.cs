using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation;

/// <summary>What the validators of a run replicate, and how clients and operators speak to it.</summary>
internal abstract class Workload
{
    private protected static readonly DecryptionKey Agreement =
        DecryptionKey.FromSeed(Digest.Of("an agreement key that nothing is sealed to"u8).ToArray());

    public abstract ChainId Chain { get; }

    /// <summary>Gets the validators of epoch 0: the first institutions.</summary>
    public abstract ValidatorSet Validators { get; }

    /// <summary>An institution as a validator.</summary>
    public abstract Validator MemberOf(int institution);

    /// <summary>Opens a validator's state machine from what its disk holds.</summary>
    public abstract IStateMachine Open(SimulatedDisk disk);

    /// <summary>The state machine's check, which needs no state.</summary>
    public abstract string? Check(ReadOnlyMemory<byte> transaction);

    /// <summary>The transaction that a client makes of a request.</summary>
    public abstract ReadOnlyMemory<byte> Encode(ClientRequest request);

    /// <summary>The transactions by which operators change the validators, to be executed in this order.</summary>
    /// <param name="epoch">The epoch that is to end.</param>
    /// <param name="height">Where the chain is.</param>
    /// <param name="leaving">The institution that leaves; −1 for none.</param>
    /// <param name="joining">The institution that joins; −1 for none.</param>
    public abstract IReadOnlyList<ReadOnlyMemory<byte>> Change(ChainEpoch epoch, BlockHeight height, int leaving, int joining);

    /// <summary>Which sender's number a transaction uses up.</summary>
    public abstract (long Client, long Nonce) Identify(ReadOnlyMemory<byte> transaction);

    /// <summary>Says from its receipt whether a transaction was executed, and not turned away.</summary>
    public abstract bool IsExecuted(ReadOnlyMemory<byte> receipt);

    /// <summary>Says from its receipt whether a transaction had its turn: it was executed, or the state machine's rules refused
    /// it.</summary>
    public abstract bool IsAnswered(ReadOnlyMemory<byte> receipt);

    /// <summary>The transaction by which an institution reports a misconduct; <see langword="null"/> when nothing records it.</summary>
    public virtual ReadOnlyMemory<byte>? Report(int institution, Evidence evidence) => null;

    /// <summary>Whether a state machine has recorded a misconduct, or so many of the same validator that it records no more.</summary>
    /// <param name="state">The state machine.</param>
    /// <param name="evidence">The evidence.</param>
    /// <param name="validators">The validators of its epoch.</param>
    public virtual bool IsRecorded(IStateMachine state, Evidence evidence, ValidatorSet validators) => false;

    /// <summary>How many misconducts a state machine has recorded.</summary>
    public virtual int CountRecorded(IStateMachine state) => 0;

    /// <summary>The change of a set of validators.</summary>
    private protected ValidatorChange ChangeOf(int leaving, int joining) => new(
        leaving < 0 ? default : MemberOf(leaving).VotingKey,
        joining < 0 ? null : MemberOf(joining));
}
