using MedChain.Core.Encoding;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Ledger;

/// <summary>Runs one kind of ledger's rules over blocks: reads the attachments that the rules need, applies, stores what they derive, and
/// keeps the state. One thread executes; any thread may read <see cref="Current"/> and call <see cref="Check"/>.</summary>
internal sealed class LedgerExecutor
{
    private readonly ILedgerRules _rules;
    private readonly IStateStore _store;
    private readonly IBlobStore _blobs;
    private readonly VerifiedTransactions _verified;
    private readonly AttachmentCache _attachments;
    private readonly Func<Digest, bool>? _erasedLater;
    private readonly Lock _writes = new();
    private readonly Queue<BlockWrites> _pending = [];
    private BlockHeight _durable;
    private BlockHeight _stored;
    private LedgerSnapshot _current;

    /// <summary>Opens the state that a store holds, or the genesis state.</summary>
    /// <param name="rules">The ledger's rules.</param>
    /// <param name="store">Where the state is kept.</param>
    /// <param name="blobs">Where attachments are.</param>
    /// <param name="verified">Transactions that passed their chain's checks before.</param>
    /// <param name="attachments">Attachments read lately.</param>
    /// <param name="erasedLater">Says of an attachment that is gone whether a later block ordered to erase it.</param>
    /// <exception cref="StorageException">The stored state is damaged or has another root than it claims.</exception>
    public LedgerExecutor(
        ILedgerRules rules,
        IStateStore store,
        IBlobStore blobs,
        VerifiedTransactions verified,
        AttachmentCache attachments,
        Func<Digest, bool>? erasedLater = null)
    {
        _erasedLater = erasedLater;
        _rules = rules;
        _store = store;
        _blobs = blobs;
        _verified = verified;
        _attachments = attachments;
        _current = Load();
        _stored = _current.Height;
    }

    /// <summary>Height of the state that the store holds, or will hold when it is flushed.</summary>
    public BlockHeight Stored
    {
        get
        {
            lock (_writes)
            {
                return _stored;
            }
        }
    }

    public LedgerSnapshot Current => Volatile.Read(ref _current);

    public string? Check(ReadOnlyMemory<byte> bytes)
    {
        if (TransactionProcessor.Check(_rules, bytes, _verified, out Transaction? transaction) is { } reason)
        {
            return reason;
        }

        foreach (Digest attachment in _rules.Brings(transaction!.Body))
        {
            if (!_blobs.Contains(attachment))
            {
                return $"Attachment {attachment} is not in the blob store: store it before the transaction is sent.";
            }
        }

        return null;
    }

    /// <summary>Applies the block after <see cref="Current"/>.</summary>
    /// <returns>One encoded receipt for each transaction.</returns>
    /// <exception cref="StorageException">The blob or state store failed, or an attachment that the block needs is gone.</exception>
    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> ExecuteAsync(
        BlockHeight height, long time, long epoch, IReadOnlyList<ReadOnlyMemory<byte>> transactions, CancellationToken cancellationToken)
    {
        LedgerSnapshot before = _current;
        if (height != before.Height.Next)
        {
            throw new ArgumentException($"The state is at height {before.Height}; the block is at {height}.", nameof(height));
        }

        // The genesis entries are part of the first block's write set.
        LedgerState state = before.Height.Value == 0 ? GenesisState() : new LedgerState(before.Tree);
        var receipts = new ReadOnlyMemory<byte>[transactions.Count];
        for (int i = 0; i < receipts.Length; i++)
        {
            Receipt receipt = await ApplyAsync(state, height, time, epoch, transactions[i], cancellationToken).ConfigureAwait(false);
            receipts[i] = Canonical.Encode(receipt);
        }

        lock (_writes)
        {
            _pending.Enqueue(new BlockWrites(height, state.Tree.Root, state.Changes()));
            StoreDurable();
        }

        Volatile.Write(ref _current, new LedgerSnapshot(height, time, state.Tree));
        return receipts;
    }

    /// <summary>Told up to which height blocks survive a power loss. The writes of later blocks stay in memory, so that the stored state is
    /// never ahead of the stored blocks; after a restart those blocks are executed again.</summary>
    /// <exception cref="StorageException">The state store failed.</exception>
    public void OnDurable(BlockHeight height)
    {
        lock (_writes)
        {
            _durable = height > _durable ? height : _durable;
            StoreDurable();
        }
    }

    /// <summary>Makes the state durable, up to the last block that is.</summary>
    /// <returns>The height up to which the state now survives a power loss.</returns>
    /// <exception cref="StorageException">The state store failed.</exception>
    public async ValueTask<BlockHeight> FlushAsync(CancellationToken cancellationToken)
    {
        BlockHeight height;
        lock (_writes)
        {
            height = _pending.TryPeek(out BlockWrites? next) ? new BlockHeight(next.Height.Value - 1) : _current.Height;
        }

        await _store.FlushAsync(cancellationToken).ConfigureAwait(false);
        return height;
    }

    /// <summary>Puts another state in the place of this one, durably. No block is being executed.</summary>
    /// <exception cref="StorageException">The state store failed.</exception>
    public async ValueTask ReplaceAsync(LedgerSnapshot snapshot, CancellationToken cancellationToken)
    {
        await _store.ReplaceAsync(
            new StateImage(snapshot.Height, snapshot.Tree.Root, [.. snapshot.Tree.Scan(default)]), cancellationToken).ConfigureAwait(false);
        lock (_writes)
        {
            _pending.Clear();
            _durable = snapshot.Height;
            _stored = snapshot.Height;
        }

        Volatile.Write(ref _current, snapshot);
    }

    private void StoreDurable()
    {
        while (_pending.TryPeek(out BlockWrites? writes) && writes.Height <= _durable)
        {
            _store.Apply(writes.Height, writes.Root, writes.Changes);
            _stored = writes.Height;
            _pending.Dequeue();
        }
    }

    private async ValueTask<Receipt> ApplyAsync(
        LedgerState state, BlockHeight height, long time, long epoch, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        // Consensus orders only what validators checked, but a faulty leader's batch may hold anything.
        if (TransactionProcessor.Check(_rules, bytes, _verified, out Transaction? transaction) is { } malformed)
        {
            return Receipt.NotApplied(ReceiptStatus.Invalid, malformed);
        }

        Dictionary<Digest, ReadOnlyMemory<byte>> attachments = [];
        foreach (Digest attachment in _rules.Reads(state, transaction!.Body))
        {
            if (!attachments.ContainsKey(attachment))
            {
                attachments.Add(
                    attachment,
                    _rules.IsErased(state, attachment)
                        ? default
                        : await ReadAsync(attachment, height, cancellationToken).ConfigureAwait(false));
            }
        }

        var context = new LedgerContext(height, time, epoch, attachment => attachments[attachment]);
        Receipt receipt = TransactionProcessor.Apply(_rules, state, transaction, context);
        if (receipt.Status == ReceiptStatus.Applied && context.Documents.Count > 0)
        {
            await _blobs.PutAsync([.. context.Documents.Select(d => d.Bytes)], cancellationToken).ConfigureAwait(false);
        }

        return receipt;
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Digest attachment, BlockHeight height, CancellationToken cancellationToken)
    {
        if (_attachments.TryGet(attachment, out ReadOnlyMemory<byte> known))
        {
            return known;
        }

        if (await _blobs.TryGetAsync(attachment, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            string problem = $"Block {height} of '{_rules.Genesis.Name}' needs attachment {attachment}, which";
            throw _erasedLater?.Invoke(attachment) == true
                ? new StorageException(
                    StorageFault.Erased, $"{problem} a later block ordered to erase: begin with the state after that block.")
                : new StorageException(
                    StorageFault.Corrupt,
                    $"{problem} is not in the blob store: restore the blob store's folder, or, if the attachment was erased by order, "
                    + "begin with the state of a validator that is further.");
        }

        _attachments.Add(attachment, found);
        return found;
    }

    private LedgerSnapshot Load()
    {
        StateImage image = _store.Load();
        StateTree tree = StateTree.Empty;
        if (image.Height.Value == 0)
        {
            return new LedgerSnapshot(default, 0, GenesisState().Tree);
        }

        foreach (KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> entry in image.Entries)
        {
            tree = tree.With(entry.Key, entry.Value);
        }

        return tree.Root == image.Root
            ? new LedgerSnapshot(image.Height, 0, tree)
            : throw new StorageException(
                StorageFault.Corrupt,
                $"The stored state of '{_rules.Genesis.Name}' at height {image.Height} has root {tree.Root}, not {image.Root}: "
                + "delete the validator's state file, it is rebuilt from the blocks.");
    }

    private LedgerState GenesisState()
    {
        var state = new LedgerState(StateTree.Empty);
        _rules.WriteGenesis(state);
        return state;
    }

    private sealed record BlockWrites(BlockHeight Height, Digest Root, IReadOnlyList<StateChange> Changes);
}
