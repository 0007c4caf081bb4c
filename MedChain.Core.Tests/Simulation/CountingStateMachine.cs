using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Ledger;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Tests.Simulation;

/// <summary>See <see cref="CountingWorkload"/>. It keeps nothing on disk: a restart executes the stored blocks again.</summary>
internal sealed class CountingStateMachine(CountingWorkload workload, bool deduplicates) : IStateMachine
{
    public const byte Applied = 1;

    private static readonly byte[] AppliedReceipt = [Applied];
    private static readonly byte[] RefusedReceipt = [0];
    private readonly Dictionary<long, NonceWindow> _used = [];
    private ValidatorSet _validators = workload.Validators;
    private long _epoch;

    public BlockHeight Height { get; private set; }

    public Digest StateRoot { get; private set; }

    public ChosenValidators? Chosen { get; private set; }

    public string? Check(ReadOnlyMemory<byte> transaction) => workload.Check(transaction);

    public ValueTask<BlockResult> ExecuteAsync(BlockInput block, CancellationToken cancellationToken)
    {
        if (block.Epoch > _epoch)
        {
            _validators = Chosen!.Validators;
            _epoch = block.Epoch;
        }

        var receipts = new ReadOnlyMemory<byte>[block.Transactions.Count];
        for (int i = 0; i < receipts.Length; i++)
        {
            receipts[i] = Apply(block, block.Transactions[i]) ? AppliedReceipt : RefusedReceipt;
        }

        Height = block.Height;
        return ValueTask.FromResult(new BlockResult(receipts, StateRoot));
    }

    public void OnSealed(BlockHeader header, SealCertificate certificate)
    {
    }

    private bool Apply(BlockInput block, ReadOnlyMemory<byte> transaction)
    {
        if (workload.Check(transaction) is not null)
        {
            return false; // A lying validator may order what no honest one would.
        }

        (long client, long nonce) = workload.Identify(transaction);
        if (!_used.GetValueOrDefault(client).TryUse(nonce, out NonceWindow next) && deduplicates)
        {
            return false;
        }

        _used[client] = next;
        StateRoot = MerkleTree.HashChildren(StateRoot, Digest.Of(transaction.Span));
        Choose(block, transaction);
        return true;
    }

    /// <summary>The first change of an epoch that fits its validators counts.</summary>
    private void Choose(BlockInput block, ReadOnlyMemory<byte> transaction)
    {
        bool isOpen = Chosen is null || Chosen.Validators.Hash == _validators.Hash;
        if (isOpen
            && workload.ReadChange(transaction, block.Epoch) is { } change
            && change.TryApply(_validators, out ValidatorSet? next) is null)
        {
            Chosen = new ChosenValidators(block.Height, next!);
        }
    }
}
