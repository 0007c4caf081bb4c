using MedChain.Core.Consensus;
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
        BlockHeight verified = default;
        LedgerValidator furthest = _validators[0];
        foreach (LedgerValidator validator in _validators)
        {
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
                (verified, furthest) = (report.Verified, validator);
            }
        }

        try
        {
            return await ExecuteAgainAsync(furthest, verified, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException e)
        {
            return Failed(verified, e.Message);
        }
    }

    private async Task<ChainVerification> ExecuteAgainAsync(
        LedgerValidator source, BlockHeight verified, CancellationToken cancellationToken)
    {
        ILedgerRules rules = _genesis.Kind == ChainKind.Account
            ? new AccountLedger(_genesis, EvidenceJudge.Instance)
            : new TaskLedger(_genesis, EvidenceJudge.Instance);
        var store = new MemoryStateStore();
        await using (store.ConfigureAwait(false))
        {
            var executor = new LedgerExecutor(rules, store, source.Blobs, new VerifiedTransactions(), new AttachmentCache());
            long transactions = 0;
            for (var height = new BlockHeight(1); height <= verified; height = height.Next)
            {
                DecodedBlock block = BlockReader.Read(source.Options.BlockStore.TryRead(height)!);
                IReadOnlyList<ReadOnlyMemory<byte>> receipts = await executor.ExecuteAsync(
                    height, block.Header.Time, block.Header.Epoch, block.Transactions, cancellationToken).ConfigureAwait(false);
                if (executor.Current.Tree.Root != block.Header.StateRoot)
                {
                    return Failed(height, $"Block {height} leads to state {executor.Current.Tree.Root}, not to {block.Header.StateRoot}.");
                }

                if (!receipts.Zip(block.Receipts).All(r => r.First.Span.SequenceEqual(r.Second.Span)))
                {
                    return Failed(height, $"Block {height} has other receipts when it is executed again.");
                }

                transactions += receipts.Count;
            }

            (long records, string? problem) = await CheckRecordsAsync(
                executor.Current.Read(), source.Blobs, cancellationToken).ConfigureAwait(false);
            return new ChainVerification(_genesis.Name, verified, transactions, records, problem);
        }
    }

    private static async Task<(long Records, string? Problem)> CheckRecordsAsync(
        LedgerState state, IBlobStore blobs, CancellationToken cancellationToken)
    {
        long records = 0;
        foreach ((ReadOnlyMemory<byte> key, RecordEntry entry) in state.Scan<RecordEntry>(StateKey.Records))
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

        var leaves = new Digest[manifest.Chunks.Length];
        for (int i = 0; i < leaves.Length; i++)
        {
            if (await blobs.TryGetAsync(manifest.Chunks[i], cancellationToken).ConfigureAwait(false) is not { } chunk)
            {
                return $"chunk {i}, blob {manifest.Chunks[i]}, is gone.";
            }

            leaves[i] = MerkleTree.HashLeaf(chunk.Span);
        }

        return MerkleTree.Root(leaves) == entry.ContentRoot ? null : "its ciphertext is not what the chain commits to.";
    }

    private ChainVerification Failed(BlockHeight height, string problem) => new(_genesis.Name, height, 0, 0, problem);
}
