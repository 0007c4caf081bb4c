using System.Security.Cryptography;
using MedChain.Core.Computations;
using MedChain.Core.Cryptography;
using MedChain.Core.Custody;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Computing;

/// <summary>Computes one staged task: one patient's records in plaintext at a time, zeroed before the next.</summary>
internal sealed class TaskRun
{
    private readonly Digest _id;
    private readonly TaskEntry _task;
    private readonly ChainProof _staged;
    private readonly int _executor;
    private readonly DecryptionKey _key;
    private readonly AccountChainData _data;
    private readonly LedgerSnapshot _own;

    /// <param name="id">The task.</param>
    /// <param name="task">Its entry, staged.</param>
    /// <param name="staged">Proof of the entry, for the custodians.</param>
    /// <param name="executor">This executor's place in the task.</param>
    /// <param name="key">This executor's task key.</param>
    /// <param name="data">Where the data is.</param>
    /// <param name="own">The transaction chain's state, for its anchors.</param>
    public TaskRun(
        Digest id, TaskEntry task, ChainProof staged, int executor, DecryptionKey key, AccountChainData data, LedgerSnapshot own)
    {
        _id = id;
        _task = task;
        _staged = staged;
        _executor = executor;
        _key = key;
        _data = data;
        _own = own;
    }

    /// <summary>Computes, and holds back what is about too few patients.</summary>
    /// <returns>What was found, or why nothing was.</returns>
    public async Task<TaskRunResult> ComputeAsync(ChainId transactionChain, CancellationToken cancellationToken)
    {
        var engine = new ComputationEngine(_task.Request.Computation);
        var fingerprints = new List<Digest>();
        foreach (ChainId chain in _task.Request.Chains)
        {
            if (await AddChainAsync(chain, engine, fingerprints, cancellationToken).ConfigureAwait(false) is { } problem)
            {
                return new TaskRunResult(null, null, problem);
            }
        }

        // The salt follows from the plaintexts, so the executors agree on it and nobody else can guess the result from its commitment.
        Digest salt = Canonical.Hash("medchain/result-salt/v1", new DigestList([_id, .. fingerprints]));
        (ComputationResult released, DisclosureReport report) = DisclosureControl.Apply(engine.Finish(), _task.Request.MinimumCohort);
        Attachment result = Attachment.Create(salt.ToArray(), released);
        Attachment sealedResult = ResultSeal.Seal(_task.ResearcherKey, transactionChain, _id, result);
        return new TaskRunResult(new TaskFinding(result.Commitment, sealedResult.Commitment, report), sealedResult, null);
    }

    /// <summary>Whether all account chains still authorise this round; if one does not, the task asks again.</summary>
    public bool IsInForce() => _task.Request.Chains.All(chain => _data.Authorises(chain, _id, _task.Round));

    private async Task<string?> AddChainAsync(
        ChainId chain, ComputationEngine engine, List<Digest> fingerprints, CancellationToken cancellationToken)
    {
        if (await _data.TryGetDecisionsAsync(chain, _id, _task.Round, cancellationToken).ConfigureAwait(false)
            is not var (proof, decisions))
        {
            return $"Chain {chain} has no sealed answer for round {_task.Round}.";
        }

        if (!Anchor.TryReadEntry(
                _own.Read(), ChainKind.Account, proof, StateKey.Task(_id), out TaskAnswer? answer, out string? reason))
        {
            return reason;
        }

        if (proof.Header.Chain != chain || answer.Round != _task.Round || decisions.Root() != answer.DecisionsRoot)
        {
            return $"What chain {chain} sends is not what it committed to.";
        }

        if (_data.BlobsOf(chain) is not { } blobs)
        {
            return $"No validator of chain {chain} is connected.";
        }

        using var shares = new OpenedShares(
            chain, _id, _key, await _data.GetSharesAsync(chain, _staged, _executor, cancellationToken).ConfigureAwait(false));
        foreach (TaskDecisionRow row in decisions.Rows.Where(r => r.Outcome == DecisionOutcome.Permitted))
        {
            string? problem = await AddPatientAsync(
                chain, row, shares, blobs, engine, fingerprints, cancellationToken).ConfigureAwait(false);
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static async Task<string?> AddPatientAsync(
        ChainId chain,
        TaskDecisionRow row,
        OpenedShares shares,
        IBlobStore blobs,
        ComputationEngine engine,
        List<Digest> fingerprints,
        CancellationToken cancellationToken)
    {
        var plaintexts = new List<byte[]>();
        try
        {
            foreach (PermittedRecord record in row.Records)
            {
                RecordContent content = await RecordReader.ReadAsync(
                    chain, record, shares, blobs, cancellationToken).ConfigureAwait(false);
                if (content.Plaintext is null)
                {
                    return content.Problem;
                }

                plaintexts.Add(content.Plaintext);
                fingerprints.Add(Digest.Of(content.Plaintext));
            }

            // Records that are no FHIR bundles count for nothing, for every executor alike.
            _ = engine.TryAdd([.. plaintexts.Select(p => (ReadOnlyMemory<byte>)p)], out _);
            return null;
        }
        finally
        {
            plaintexts.ForEach(p => CryptographicOperations.ZeroMemory(p));
        }
    }
}

/// <summary>What an executor has after a run.</summary>
/// <param name="Finding">What it found; <see langword="null"/> for nothing.</param>
/// <param name="Sealed">The result, sealed to the researcher; it stays in memory until it is released.</param>
/// <param name="Problem">Why it found nothing.</param>
internal sealed record TaskRunResult(TaskFinding? Finding, Attachment? Sealed, string? Problem);
