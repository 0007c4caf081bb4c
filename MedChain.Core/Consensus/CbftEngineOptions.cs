using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Transport;

namespace MedChain.Core.Consensus;

/// <summary>What one validator is made of. The engine disposes the transport; log, store, state machine and key stay the host's and must
/// outlive it.</summary>
public sealed class CbftEngineOptions
{
    /// <summary>Gets the chain. Required.</summary>
    public required ChainId Chain { get; init; }

    /// <summary>Gets the validators of the chain's genesis, epoch 0. Required. Those of later epochs are found in the chain.</summary>
    public required ValidatorSet Validators { get; init; }

    /// <summary>Gets the private half of this validator's voting key. Required. It votes in the epochs whose validators have the key, and
    /// follows the chain without a vote in all others: before it joins and after it was removed.</summary>
    public required SigningKey SigningKey { get; init; }

    /// <summary>Gets the voting keys of validators to ask for blocks beside those of the epoch that this validator has come to. Default
    /// none. Needed by one that joins a chain whose first validators are gone.</summary>
    public ImmutableArray<PublicKey> Contacts { get; init; } = [];

    /// <summary>Gets the connection to the other validators. Required; the engine disposes it.</summary>
    public required ITransport Transport { get; init; }

    /// <summary>Gets the log of votes. Required; validators of a process may share one.</summary>
    public required IConsensusLog Log { get; init; }

    /// <summary>Gets the name of this validator's stream in <see cref="Log"/>: 1 to 128 characters. Required.</summary>
    public required string LogStream { get; init; }

    /// <summary>Gets this validator's blocks. Required.</summary>
    public required IBlockStore BlockStore { get; init; }

    /// <summary>Gets what executes the blocks. Required.</summary>
    public required IStateMachine StateMachine { get; init; }

    /// <summary>Gets the clock and timers. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Gets sizes and times.</summary>
    public CbftLimits Limits { get; init; } = new();

    /// <summary>Gets what is durable before a batch is acknowledged; default <see cref="FixDurability.Voted"/>. Validators of a chain may
    /// differ, but batches survive a crash of all validators only where a quorum is strict.</summary>
    public FixDurability FixDurability { get; init; }

    /// <summary>Gets whether this validator relies on others for a part of the batches: of each one with 8 transactions or more a quorum
    /// is assigned to call <see cref="IStateMachine.Check"/>, its owner among them; the others do so only when no certificate of a quorum
    /// comes within <see cref="CbftLimits.SlotTimeout"/>. Default off: every validator checks everything.</summary>
    /// <remarks>Each acknowledgement still says that its signer has checked, so a certificate holds the word of f + 1 honest validators.
    /// Works best when all validators have it on. A validator that is down delays the batches that it is assigned to.</remarks>
    public bool VouchedVerification { get; init; }

    /// <summary>Gets the cache of verified signatures; <see langword="null"/>, the default, for one of this validator's own. See
    /// <see cref="Consensus.SignatureCache"/> for what sharing means.</summary>
    public SignatureCache? SignatureCache { get; init; }

    /// <summary>Gets who is told of each delivered block, in order. Called on one background thread at a time; a slow observer
    /// slows this validator down, once too many blocks wait for it, but no other. An exception stops the validator.</summary>
    public Action<DeliveredBlock>? OnDelivered { get; init; }

    /// <summary>Gets who is told when a validator contradicts itself. Called on the engine's loop: must return quickly and not
    /// throw.</summary>
    public Action<Evidence>? OnEvidence { get; init; }

    /// <summary>Gets who is told when this validator was given the state after a block instead of the blocks before it: between two blocks
    /// of
    /// <see cref="OnDelivered"/>, and under the same terms.</summary>
    public Action<BlockHeader>? OnStateTransferred { get; init; }

    private const int MaxContacts = Machine.MachineSettings.MaxGuests;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Validators);
        ArgumentNullException.ThrowIfNull(SigningKey);
        ArgumentNullException.ThrowIfNull(Transport);
        ArgumentNullException.ThrowIfNull(Log);
        ArgumentNullException.ThrowIfNull(BlockStore);
        ArgumentNullException.ThrowIfNull(StateMachine);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(Limits);
        if (Chain.Value.IsZero)
        {
            throw new ArgumentException($"{nameof(Chain)} is zero, which names no chain; give the genesis hash.");
        }

        if (Contacts.IsDefault || Contacts.Length > MaxContacts)
        {
            throw new ArgumentException($"{nameof(Contacts)} are too many or not set; give 0 to {MaxContacts}.");
        }

        if (string.IsNullOrEmpty(LogStream) || LogStream.Length > 128)
        {
            throw new ArgumentException($"{nameof(LogStream)} has {LogStream?.Length ?? 0} characters; it must have 1 to 128.");
        }

        if (!Enum.IsDefined(FixDurability))
        {
            throw new ArgumentException($"{nameof(FixDurability)} has no value {FixDurability}.");
        }

        Limits.Validate();
    }
}
