using MedChain.Core.Blocks;
using MedChain.Core.Consensus.Engine;
using MedChain.Core.Consensus.Machine;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Consensus;

/// <summary>Verifies a whole stored chain from its genesis, trusting nothing but the chain's identifier and its validators.</summary>
/// <remarks>For every block: header chain and times, roots over transactions and receipts, the certificate that decided the cut, that the
/// block holds exactly the batches that the cut adds to the blocks before, and the seal certificate where one is stored. What a state root
/// stands for is not executed again. Where older blocks are not kept, the beginning is the checkpoint that the store holds in their place,
/// which leads back to the genesis by its seal and the handoffs of all epochs.</remarks>
public sealed class ChainVerifier
{
    private readonly SignatureCache _cache = new();
    private ValidatorHistory _history;
    private MessageVerifier _verifier;
    private BatchReference[] _frontier;
    private LeaderHistory _leaders = LeaderHistory.Empty;
    private Digest _previousHash;
    private long _previousTime;

    private ChainVerifier(ChainId chain, ValidatorSet genesis)
    {
        _history = new ValidatorHistory(chain, genesis);
        (_verifier, _frontier) = Enter(_history.Latest);
    }

    /// <summary>Verifies a store.</summary>
    /// <param name="store">The blocks.</param>
    /// <param name="chain">The chain they must belong to.</param>
    /// <param name="validators">The validators of the chain's genesis; those of later epochs follow from the chain.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <returns>The report; a damaged or forged chain is a finding and no exception.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static ChainReport Verify(
        IBlockStore store, ChainId chain, ValidatorSet validators, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(validators);
        var verifier = new ChainVerifier(chain, validators);
        BlockHeight verified = default;
        if (store.Anchor is { } anchor)
        {
            try
            {
                verifier.StartAfter(anchor);
            }
            catch (StorageException e)
            {
                return new ChainReport(verified, default, 0, new ChainProblem(anchor.Height, e.Message));
            }

            verified = anchor.Height;
        }

        BlockHeight sealedUpTo = verified;
        long transactions = 0;
        BlockHeight head = store.Head;
        while (verified < head)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BlockHeight height = verified.Next;
            string? problem = verifier.Check(store, height, out bool isSealed, out int count);
            if (problem is not null)
            {
                return new ChainReport(verified, sealedUpTo, transactions, new ChainProblem(height, problem));
            }

            verified = height;
            transactions += count;
            sealedUpTo = isSealed ? height : sealedUpTo;
        }

        return new ChainReport(verified, sealedUpTo, transactions, null);
    }

    private void StartAfter(StoredAnchor anchor)
    {
        (Checkpoint checkpoint, _history) = Checkpoint.Read(anchor, _history);
        (_verifier, _frontier) = Enter(_history.Latest);
        _leaders = LeaderHistory.Empty with { Start = checkpoint.Height.Value };
        if (!checkpoint.Header.EndsEpoch)
        {
            _frontier = [.. checkpoint.Ordering.Frontier];
            _leaders = checkpoint.Ordering.Leaders;
        }

        _previousHash = checkpoint.Header.Hash;
        _previousTime = checkpoint.Header.Time;
    }

    private string? Check(IBlockStore store, BlockHeight height, out bool isSealed, out int count)
    {
        isSealed = false;
        count = 0;
        try
        {
            if (store.TryRead(height) is not { } stored)
            {
                return "The block is missing.";
            }

            if (!BlockReader.TryRead(stored, out DecodedBlock? block, out string? problem))
            {
                return $"The block is damaged: {problem}";
            }

            count = block.Transactions.Count;
            return stored.Height != height ? $"The store gave block {stored.Height}."
                : CheckHeader(block) ?? CheckBody(block) ?? CheckSeal(store, block, out isSealed);
        }
        catch (StorageException e)
        {
            return e.Message;
        }
    }

    private string? CheckHeader(DecodedBlock block)
    {
        BlockHeader header = block.Header;
        if (header.Chain != _history.Chain)
        {
            return $"The header belongs to chain {header.Chain}.";
        }

        if (header.Previous != _previousHash)
        {
            return $"The header follows {header.Previous}, but the block before is {_previousHash}.";
        }

        ChainEpoch epoch = _history.Latest;
        if (header.Epoch != epoch.Number || header.Validators != epoch.Validators.Hash)
        {
            return $"The header names epoch {header.Epoch} and validators {header.Validators}; the chain is in epoch {epoch.Number} "
                + $"with validators {epoch.Validators.Hash}.";
        }

        if (header.NextValidators != (block.Body.Next?.Hash ?? default))
        {
            return $"The header names {header.NextValidators} as the next epoch's validators, and the body others.";
        }

        long time = Math.Max(block.Body.Cut?.ProposedAt ?? 0, _previousTime + 1);
        if (header.Time != time)
        {
            return $"The block's time is {header.Time}; by its cut and the block before it must be {time}.";
        }

        _previousHash = header.Hash;
        _previousTime = header.Time;
        return null;
    }

    private string? CheckBody(DecodedBlock block)
    {
        BlockBody body = block.Body;
        if (body.Commit.Slot.Value != block.Header.Height.Value || body.Commit.Value != block.Header.Cut)
        {
            return "The commit certificate is of another slot or value than the header.";
        }

        if (body.Ordering.Hash() != block.Header.Ordering)
        {
            return "The lanes' last batches or the leaders that failed are not those that the header names.";
        }

        if (!_verifier.VerifyDecision(body))
        {
            return "The commit certificate does not decide the block's cut, or a batch is not signed by its lane's owner.";
        }

        if (body.Cut is not { } cut)
        {
            return body.Batches.IsEmpty && body.Skipped.IsEmpty && body.Frontier.SequenceEqual(_frontier)
                && body.Leaders.Equals(_leaders)
                ? null
                : "A block without a cut has batches.";
        }

        Dictionary<Digest, BatchHeader> headers = [];
        foreach (BatchHeader header in body.Skipped.Concat(body.Batches.Select(b => b.Header)))
        {
            headers[header.Digest] = header;
        }

        CutExpansion expansion = CutExpansion.Expand(_frontier, cut, reference => headers.GetValueOrDefault(reference.Digest));
        if (expansion.Missing.Count > 0)
        {
            return $"The cut reaches batch {expansion.Missing[0].Digest}, which the block does not show.";
        }

        if (!expansion.Taken.SequenceEqual(body.Batches.Select(b => b.Header))
            || !expansion.Skipped.SequenceEqual(body.Skipped)
            || !expansion.Frontier.SequenceEqual(body.Frontier))
        {
            return "The block's batches are not those that its cut adds.";
        }

        int[] advanced = [.. expansion.Frontier.Where(t => t != _frontier[t.Lane]).Select(t => t.Lane)];
        _leaders = _leaders.After(cut.Slot.Value, cut, advanced, _history.Latest.Validators);
        _frontier = expansion.Frontier;
        return body.Leaders.Equals(_leaders) ? null : "The block remembers other leaders than those that failed.";
    }

    private string? CheckSeal(IBlockStore store, DecodedBlock block, out bool isSealed)
    {
        isSealed = false;
        BlockHeader header = block.Header;
        if (store.TryReadCertificate(header.Height) is not { } bytes)
        {
            return header.EndsEpoch && store.Head > header.Height
                ? "It is the last block of its epoch, but the seal certificate that hands the chain over is missing."
                : null;
        }

        if (!Canonical.TryDecode(bytes, out SealCertificate? certificate, out string? reason))
        {
            return $"The seal certificate cannot be read: {reason}";
        }

        isSealed = _history.Verify(header, certificate);
        if (isSealed && block.Body.Next is { } next)
        {
            _history = _history.Follow(new Handoff(header, certificate, next));
            (_verifier, _frontier) = Enter(_history.Latest);
            _leaders = LeaderHistory.Empty with { Start = header.Height.Value };
        }

        return isSealed ? null : "The seal certificate is not a quorum's over this header.";
    }

    /// <summary>An epoch's lanes start empty.</summary>
    private (MessageVerifier Verifier, BatchReference[] Frontier) Enter(ChainEpoch epoch) => (
        new MessageVerifier(_history.Chain, epoch, _cache),
        [.. Enumerable.Range(0, epoch.Validators.Count).Select(BatchReference.Start)]);
}
