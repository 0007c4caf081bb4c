using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes;

/// <summary>Puts a ledger behind consensus, tells senders what became of their transactions once a quorum has sealed them, and keeps the
/// last sealed state. Thread safe.</summary>
internal sealed class LedgerStateMachine : IStateMachine
{
    private readonly LedgerExecutor _executor;
    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, Waiter> _waiting = [];
    private readonly SortedDictionary<long, PendingBlock> _unsealed = [];
    private TaskCompletionSource _sealedNext = NewSignal();
    private SealedState? _sealed;
    private int _restored;

    public LedgerStateMachine(LedgerExecutor executor) => _executor = executor;

    public BlockHeight Height => _executor.Current.Height;

    public Digest StateRoot => _executor.Current.Tree.Root;

    public ChosenValidators? Chosen => Current.Read().Get<ValidatorsEntry>(StateKey.Validators) is { Next: { } next } entry
        ? new ChosenValidators(entry.ChosenAt, next)
        : null;

    /// <summary>Height of the state that the store holds, or will hold when it is flushed.</summary>
    public BlockHeight Stored => _executor.Stored;

    /// <summary>The executed state, sealed or not.</summary>
    public LedgerSnapshot Current => _executor.Current;

    /// <summary>Is told the receipts of each block when the block is executed; must return quickly.</summary>
    public Action<IReadOnlyList<ReadOnlyMemory<byte>>>? Executed { get; set; }

    /// <summary>The last sealed state; <see langword="null"/> before the first seal that this process saw.</summary>
    public SealedState? Sealed
    {
        get
        {
            lock (_lock)
            {
                return _sealed;
            }
        }
    }

    public string? Check(ReadOnlyMemory<byte> transaction) => _executor.Check(transaction);

    public TransactionOrigin? Identify(ReadOnlyMemory<byte> transaction) =>
        Canonical.TryDecode(transaction, out Transaction? decoded, out _)
            ? new TransactionOrigin(decoded.Sender.Value, decoded.Nonce, new BlockHeight(decoded.LastHeight))
            : null;

    public async ValueTask<BlockResult> ExecuteAsync(BlockInput block, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> receipts =
            await _executor.ExecuteAsync(
                block.Height, block.Time, block.Epoch, block.Transactions, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            var answers = new List<(Waiter, CommittedTransaction)>();
            for (int i = 0; _waiting.Count > 0 && i < receipts.Count; i++)
            {
                if (_waiting.Remove(Digest.Of(block.Transactions[i].Span), out Waiter? waiter))
                {
                    answers.Add((waiter, new CommittedTransaction(block.Height, i, Canonical.Decode<Receipt>(receipts[i]))));
                }
            }

            _unsealed.Add(block.Height.Value, new PendingBlock(_executor.Current, answers));
        }

        Executed?.Invoke(receipts);
        return new BlockResult(receipts, _executor.Current.Tree.Root);
    }

    public void OnSealed(BlockHeader header, SealCertificate certificate)
    {
        TaskCompletionSource signal;
        var answers = new List<(Waiter Waiter, CommittedTransaction Answer)>();
        lock (_lock)
        {
            if (_sealed is { } known && header.Height <= known.Height)
            {
                return;
            }

            LedgerSnapshot? snapshot = _executor.Current.Height == header.Height ? _executor.Current : null;
            while (_unsealed.Count > 0 && _unsealed.First() is var (height, pending) && height <= header.Height.Value)
            {
                _unsealed.Remove(height);
                answers.AddRange(pending.Answers);
                snapshot = height == header.Height.Value ? pending.Snapshot : snapshot;
            }

            if (snapshot is not null)
            {
                _sealed = new SealedState(header, certificate, snapshot);
            }

            signal = _sealedNext;
            _sealedNext = NewSignal();
        }

        foreach ((Waiter waiter, CommittedTransaction answer) in answers)
        {
            waiter.Answer.TrySetResult(answer);
        }

        signal.TrySetResult();
    }

    public void OnDurable(BlockHeight height) => _executor.OnDurable(height);

    /// <summary>How often another state took the place of this machine's own: then it does not know what became of transactions in the
    /// blocks that it did not execute.</summary>
    public int Restored => Volatile.Read(ref _restored);

    public IStateSnapshot TakeSnapshot() => new LedgerStateSnapshot(_executor.Current);

    public IStateRestore? BeginRestore(BlockHeader header, ReadOnlyMemory<byte> manifest) =>
        StateAssembly.TryBegin(manifest, header.StateRoot) is { } assembly ? new LedgerRestore(assembly, header, ReplaceAsync) : null;

    public ValueTask<BlockHeight> FlushAsync(CancellationToken cancellationToken) => _executor.FlushAsync(cancellationToken);

    /// <summary>Completes when the transaction is in a sealed block. Call it before the transaction is submitted.</summary>
    public Task<CommittedTransaction> WaitAsync(Digest transaction)
    {
        lock (_lock)
        {
            if (!_waiting.TryGetValue(transaction, out Waiter? waiter))
            {
                _waiting.Add(transaction, waiter = new Waiter());
            }

            waiter.Count++;
            return waiter.Answer.Task;
        }
    }

    /// <summary>Ends one <see cref="WaitAsync"/>, answered or not.</summary>
    public void Forget(Digest transaction)
    {
        lock (_lock)
        {
            if (_waiting.TryGetValue(transaction, out Waiter? waiter) && --waiter.Count == 0)
            {
                _waiting.Remove(transaction);
            }
        }
    }

    /// <summary>Completes at the next seal after the call.</summary>
    public Task NextSeal()
    {
        lock (_lock)
        {
            return _sealedNext.Task;
        }
    }

    private async ValueTask ReplaceAsync(LedgerSnapshot snapshot, CancellationToken cancellationToken)
    {
        // First, so that whoever sees the new state sees that it was not executed here.
        Interlocked.Increment(ref _restored);
        await _executor.ReplaceAsync(snapshot, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _unsealed.Clear();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record PendingBlock(LedgerSnapshot Snapshot, List<(Waiter Waiter, CommittedTransaction Answer)> Answers);

    /// <summary>Two clients of one account may sign the same bytes; the one that gives up must not take the answer from the
    /// other.</summary>
    private sealed class Waiter
    {
        public TaskCompletionSource<CommittedTransaction> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count { get; set; }
    }
}
