using System.Collections.Immutable;
using MedChain.Core.Consensus;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Storage.Memory;
using MedChain.Core.Transport;

namespace MedChain.Core.Nodes;

/// <summary>What one validator of a chain is made of. The caller owns everything in it and disposes it after the validator.</summary>
public sealed class ChainValidatorOptions
{
    /// <summary>The index of a validator that is not in the genesis.</summary>
    internal const int Joining = -1;

    /// <summary>Gets the chain's genesis.</summary>
    public required Genesis Genesis { get; init; }

    /// <summary>Gets the validator's index in the genesis; −1, the default, for one that is not in it: it follows the chain, and votes
    /// from the epoch on in which a change of the validators lets it in.</summary>
    public int Index { get; init; } = Joining;

    /// <summary>Gets the voting keys of validators to ask for blocks beside those of the genesis; default none. Needed by one that joins
    /// when the first validators are gone.</summary>
    public ImmutableArray<PublicKey> Contacts { get; init; } = [];

    /// <summary>Gets the key of votes and seals.</summary>
    public required SigningKey VotingKey { get; init; }

    /// <summary>Gets the key that opens custody shares.</summary>
    public required DecryptionKey CustodyKey { get; init; }

    /// <summary>Gets the key that opens custody shares which are sealed against quantum computers too; <see langword="null"/>, the default,
    /// for none: then shares are sealed to <see cref="CustodyKey"/> alone.</summary>
    public HybridDecryptionKey? HybridCustodyKey { get; init; }

    /// <summary>Gets the key of the validator's own transactions.</summary>
    public required SigningKey OperatorKey { get; init; }

    /// <summary>Gets the connection to the chain's other validators.</summary>
    public required ITransport Transport { get; init; }

    /// <summary>Gets the log of votes. Validators of one process share one, so that they share its flushes.</summary>
    public required IConsensusLog ConsensusLog { get; init; }

    /// <summary>Gets the store of blocks; the validator's own.</summary>
    public required IBlockStore BlockStore { get; init; }

    /// <summary>Gets the store of the state; the validator's own.</summary>
    public required IStateStore StateStore { get; init; }

    /// <summary>Gets the store of ciphertext and attachments. One institution's validators may share one.</summary>
    public required IBlobStore BlobStore { get; init; }

    /// <summary>Gets the store of the shares of records' keys that this validator of an account chain keeps; the validator's own. The
    /// default keeps them in memory: then they are taken out of the key headers again after a restart.</summary>
    public IBlobStore CustodyStore { get; init; } = new MemoryBlobStore();

    /// <summary>Gets the sizes and times of consensus, and how many blocks are kept.</summary>
    public CbftLimits Limits { get; init; } = new();

    /// <summary>Gets the clock; default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Gets who is told when this validator abandons a task it executes, with the task and the reason; default nobody. Called on
    /// the executor's thread; must return quickly and not throw.</summary>
    public Action<Digest, string>? OnTaskAbandoned { get; init; }

    /// <summary>Gets whether the reference evaluator makes every decision on permissions too, at a few times the cost; default not. A
    /// validator on which bytecode and evaluator differ stops.</summary>
    public bool DoubleCheckDecisions { get; init; }

    /// <summary>Gets what the validators of one process share; default nothing.</summary>
    public ProcessCaches Caches { get; init; } = new();

    /// <summary>Gets the validator's public keys, as a change of the validators names them.</summary>
    /// <returns>The keys.</returns>
    public Blocks.Validator ToValidator() =>
        new(VotingKey.PublicKey, CustodyKey.PublicKey, OperatorKey.PublicKey, HybridCustodyKey?.PublicKey);

    internal OpeningKeys CustodyKeys => new(CustodyKey, HybridCustodyKey);

    internal void Validate(ChainKind kind)
    {
        if (Genesis.Kind != kind)
        {
            throw new ArgumentException($"The genesis of '{Genesis.Name}' is of a chain of kind {Genesis.Kind}, not {kind}.");
        }

        if (Index < Joining || Index >= Genesis.Validators.Count)
        {
            throw new ArgumentException($"'{Genesis.Name}' has {Genesis.Validators.Count} validators; there is no index {Index}.");
        }

        if (Index != Joining && Genesis.Validators.Members[Index] != ToValidator())
        {
            throw new ArgumentException(
                $"The keys are not those of validator {Index} in the genesis of '{Genesis.Name}': use the key store that made the chain.");
        }
    }
}
