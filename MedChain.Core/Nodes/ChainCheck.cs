using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Merkle;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Storage.Memory;

namespace MedChain.Core.Nodes;

/// <summary>The full check of one chain: each validator's blocks from genesis, the state by executing them again, and the stored records
/// against the state.</summary>
internal sealed class ChainCheck
{
    private readonly IReadOnlyList<LedgerValidator> _validators;
    private readonly Genesis _genesis;

    private ChainCheck(IReadOnlyList<LedgerValidator> validators)
    {
        _validators = validators;
        _genesis = validators[0].Genesis;
    }

    public static Task<ChainVerification> RunAsync(IReadOnlyList<LedgerValidator> validators, CancellationToken cancellationToken) =>
        Task.Run(() => new ChainCheck(validators).RunAsync(cancellationToken), cancellationToken);

    private async Task<ChainVerification> RunAsync(CancellationToken cancellationToken)
    {
        // Seals come after blocks are stored, so what is sealed now is among the blocks that are read next.
        SealedState?[] seals = [.. _validators.Select(v => v.Machine.Sealed)];
        BlockHeight verified = default;
        int furthest = 0;
        for (int i = 0; i < seals.Length; i++)
        {
            LedgerValidator validator = _validators[i];
            ChainReport report = ChainVerifier.Verify(
                validator.Options.BlockStore, _genesis.Chain, _genesis.Validators, cancellationToken);
            if (report.Problem is { } problem)
            {
                return Failed(
                    report.Verified,
                    $"Validator {validator.Options.VotingKey.PublicKey}, block {problem.Height}: {problem.Description}");
            }

            // A validator that lags behind holds fewer blocks, all of them right.
            if (report.Verified > verified)
            {
                (verified, furthest) = (report.Verified, i);
            }
        }

        try
        {
            return await ExecuteAgainAsync(_validators[furthest], seals[furthest], verified, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException e)
        {
            return Failed(verified, e.Message);
        }
    }

    private async Task<ChainVerification> ExecuteAgainAsync(
        LedgerValidator source, SealedState? head, BlockHeight verified, CancellationToken cancellationToken)
    {
        ILedgerRules rules = _genesis.Kind == ChainKind.Account
            ? new AccountLedger(_genesis, EvidenceJudge.Instance)
            : new TaskLedger(_genesis, EvidenceJudge.Instance);
        bool IsErased(Digest attachment) => head is not null && rules.IsErased(head.Snapshot.Read(), attachment);
        LedgerExecutor Begin(IStateStore store) =>
            new(rules, store, source.Blobs, new VerifiedTransactions(), new AttachmentCache(), IsErased);

        LedgerExecutor executor = Begin(new MemoryStateStore());
        long transactions = 0;
        long skipped = 0;
        while (executor.Current.Height < verified)
        {
            BlockHeight height = executor.Current.Height.Next;
            if (await TryExecuteAsync(height).ConfigureAwait(false) is { } problem)
            {
                return Failed(height, problem);
            }

            if (executor.Current.Height >= height)
            {
                continue;
            }

            // From here to the validator's own state the headers and certificates speak, which were checked before.
            if (head is null || head.Height < height || head.Header.StateRoot != head.Snapshot.Tree.Root)
            {
                return Failed(
                    height,
                    $"Block {height} cannot be executed again, and the validator has no later state that a sealed header names; its state "
                    + $"is that of block {head?.Height}.");
            }

            skipped = head.Height.Value - height.Value + 1;
            StateTree tree = head.Snapshot.Tree;
            var store = new MemoryStateStore();
            await store.ReplaceAsync(new StateImage(head.Height, tree.Root, [.. tree.Scan(default)]), cancellationToken)
                .ConfigureAwait(false);
            executor = Begin(store);
        }

        (long records, string? wrong) = await CheckRecordsAsync(
            executor.Current.Read(), source.Blobs, cancellationToken).ConfigureAwait(false);
        return new ChainVerification(_genesis.Name, verified, transactions, skipped, records, wrong);

        // Executes the block unless it is not kept, or needs what was erased by order.
        async Task<string?> TryExecuteAsync(BlockHeight height)
        {
            if (source.Options.BlockStore.TryRead(height) is not { } stored)
            {
                return null;
            }

            DecodedBlock block = BlockReader.Read(stored);
            try
            {
                transactions += block.Transactions.Count;
                return await ProblemAsync(executor, block, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException e) when (e.Fault == StorageFault.Erased)
            {
                transactions -= block.Transactions.Count;
                return null;
            }
        }
    }

    private static async Task<string?> ProblemAsync(LedgerExecutor executor, DecodedBlock block, CancellationToken cancellationToken)
    {
        BlockHeader header = block.Header;
        IReadOnlyList<ReadOnlyMemory<byte>> receipts = await executor.ExecuteAsync(
            header.Height, header.Time, header.Epoch, block.Transactions, cancellationToken).ConfigureAwait(false);
        if (executor.Current.Tree.Root != header.StateRoot)
        {
            return $"Block {header.Height} leads to state {executor.Current.Tree.Root}, not to {header.StateRoot}.";
        }

        return receipts.Zip(block.Receipts).All(r => r.First.Span.SequenceEqual(r.Second.Span))
            ? null
            : $"Block {header.Height} has other receipts when it is executed again.";
    }

    private static async Task<(long Records, string? Problem)> CheckRecordsAsync(
        LedgerState state, IBlobStore blobs, CancellationToken cancellationToken)
    {
        long records = 0;
        foreach ((ReadOnlyMemory<byte> key, RecordEntry entry) in state
            .Scan<RecordEntry>(StateKey.Records)
            .Where(r => r.Value.Status is RecordStatus.Dealt or RecordStatus.Live))
        {
            if (await RecordProblemAsync(entry, blobs, cancellationToken).ConfigureAwait(false) is { } problem)
            {
                return (records, $"Record {StateKey.SecondPart(key)}: {problem}");
            }

            records++;
        }

        return (records, null);
    }

    private static async Task<string?> RecordProblemAsync(RecordEntry entry, IBlobStore blobs, CancellationToken cancellationToken)
    {
        if (await AttachmentReader.TryReadAsync<RecordManifest>(blobs, entry.Manifest, cancellationToken).ConfigureAwait(false)
                is not { } manifest
            || await AttachmentReader.TryReadAsync<KeyHeader>(blobs, entry.KeyHeader, cancellationToken).ConfigureAwait(false) is null)
        {
            return "its manifest or key header is gone or malformed.";
        }

        var map = new ContentMap(manifest.Content, blobs);
        if (!map.IsOf(entry.ContentRoot))
        {
            return "its index is not that of the content that the chain commits to.";
        }

        for (int i = 0; i < map.Index.Count; i++)
        {
            if (await map.TryNameAsync(i, cancellationToken).ConfigureAwait(false) is not { } name)
            {
                return $"the page of its index with chunk {i} is gone or changed.";
            }

            // The store checks what it gives; this looks whether a store of another kind does.
            if (await blobs.TryGetAsync(name, cancellationToken).ConfigureAwait(false) is not { } chunk || Digest.Of(chunk.Span) != name)
            {
                return $"chunk {i}, blob {name}, is gone or changed.";
            }
        }

        return null;
    }

    private ChainVerification Failed(BlockHeight height, string problem) => new(_genesis.Name, height, 0, 0, 0, problem);
}
