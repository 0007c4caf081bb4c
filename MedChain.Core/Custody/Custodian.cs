using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Custody;

/// <summary>Keeps one validator's shares of records' keys. It releases a share only when the state that its own validator executed holds
/// the permit, and only to the key named in it. Thread safe.</summary>
/// <remarks>A share is released in the present, so permissions are looked at as they are now: after a revocation nothing more is
/// released.</remarks>
internal sealed class Custodian
{
    private readonly Genesis _genesis;
    private readonly SigningKey _key;
    private readonly ShareVault _vault;
    private readonly Func<LedgerSnapshot> _state;
    private readonly IBlobStore _blobs;

    /// <param name="genesis">The chain's genesis.</param>
    /// <param name="key">The validator's operator key, with which it signs what it releases.</param>
    /// <param name="vault">The shares at hand.</param>
    /// <param name="state">The state that the validator executed.</param>
    /// <param name="blobs">Where decisions about tasks are.</param>
    public Custodian(Genesis genesis, SigningKey key, ShareVault vault, Func<LedgerSnapshot> state, IBlobStore blobs)
    {
        _genesis = genesis;
        _key = key;
        _vault = vault;
        _state = state;
        _blobs = blobs;
    }

    /// <summary>Releases the shares of the records that a committed access decision opens.</summary>
    /// <returns>The shares, or why none is released.</returns>
    public ValueTask<ShareRelease> ReleaseAsync(Digest request, CancellationToken cancellationToken) =>
        GuardAsync(() => ReleaseCheckedAsync(request, cancellationToken));

    /// <summary>Releases the shares of all records that this chain authorised for a staged task.</summary>
    /// <param name="staged">The task on the transaction chain, staged.</param>
    /// <param name="executor">Which of the task's executors asks, by its place in the task.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The shares, or why none is released.</returns>
    public ValueTask<ShareRelease> ReleaseForTaskAsync(ChainProof staged, int executor, CancellationToken cancellationToken) =>
        GuardAsync(() => ReleaseForTaskCheckedAsync(staged, executor, cancellationToken));

    /// <summary>A store that fails is a reason to release nothing. The recipient goes on with other custodians' shares.</summary>
    private static async ValueTask<ShareRelease> GuardAsync(Func<ValueTask<ShareRelease>> release)
    {
        try
        {
            return await release().ConfigureAwait(false);
        }
        catch (StorageException e)
        {
            return ShareRelease.Refused(e.Message);
        }
    }

    private async ValueTask<ShareRelease> ReleaseCheckedAsync(Digest request, CancellationToken cancellationToken)
    {
        LedgerSnapshot snapshot = _state();
        LedgerState state = snapshot.Read();
        if (state.Get<DecisionEntry>(StateKey.Decision(request)) is not { } decision)
        {
            return ShareRelease.TooEarly($"There is no committed decision about request {request}.");
        }

        if (!decision.Outcome.Releases())
        {
            return ShareRelease.Refused($"Request {request} was denied: {decision.Outcome}.");
        }

        string? problem = PermitStanding.ProblemOf(state, request, decision, snapshot.Time);
        if ((problem ?? AgreementKeyCheck.Problem(decision.Recipient)) is { } unusable)
        {
            return ShareRelease.Refused(unusable);
        }

        if (DecisionParty.TryRead(state, decision.Requester, snapshot.Time) is not { } requester
            || !await HoldsAsync(snapshot, decision.Patient, requester, decision.Grants, cancellationToken).ConfigureAwait(false))
        {
            return ShareRelease.Refused($"The grant that permitted request {request} is revoked, or says something else now.");
        }

        return await SealAsync(
            snapshot,
            [.. decision.Records.Select(record => (decision.Patient, record))],
            request,
            decision.Recipient,
            cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ShareRelease> ReleaseForTaskCheckedAsync(ChainProof staged, int executor, CancellationToken cancellationToken)
    {
        LedgerSnapshot snapshot = _state();
        LedgerState state = snapshot.Read();
        if (staged.Fact is not ChainFact.StateEntry fact || StateKey.TryReadTask(fact.Key) is not { } id)
        {
            return ShareRelease.Refused("The proof is not about a task.");
        }

        if (!Anchor.TryReadEntry(state, ChainKind.Transaction, staged, StateKey.Task(id), out TaskEntry? task, out string? reason))
        {
            return ShareRelease.Refused(reason);
        }

        if (state.Get<TaskAnswer>(StateKey.Task(id)) is not { Stage: AnswerStage.Authorised } answer
            || task.Phase != TaskPhase.Staged
            || task.Round != answer.Round)
        {
            return ShareRelease.Refused($"Task {id} is not authorised here in round {task.Round}, or not staged there: {task.Phase}.");
        }

        if (snapshot.Time > answer.Until)
        {
            return ShareRelease.Refused($"The deadline of task {id} has passed.");
        }

        if (executor < 0 || executor >= answer.Executors.Length || executor >= task.Executors.Length
            || !task.Executors[executor].IsAsked)
        {
            return ShareRelease.Refused($"Task {id} asks no executor at place {executor} of {answer.Executors.Length} to compute.");
        }

        // The key comes from the other chain, whose rules this validator cannot see.
        if (AgreementKeyCheck.Problem(answer.Executors[executor]) is { } unusable)
        {
            return ShareRelease.Refused(unusable);
        }

        if (await AttachmentReader.TryReadAsync<TaskDecisions>(_blobs, answer.Decisions, cancellationToken).ConfigureAwait(false)
            is not { } decisions)
        {
            return ShareRelease.Refused($"The decisions about task {id} are not in this validator's blob store.");
        }

        var researcher = new DecisionParty(task.Researcher, AccountKind.Researcher, task.Roles);
        var records = new List<(AccountId Owner, Digest Record)>();
        foreach (TaskDecisionRow row in decisions.Rows.Where(row => row.Outcome == DecisionOutcome.Permitted))
        {
            GrantUse[] uses = [new GrantUse(row.Grant, row.Version, row.Consumed)];
            if (StandingRules.ProblemOf(state, row.Patient, snapshot.Time) is null
                && ConsentRules.Pause(state, row.Patient, row.Grant, "compute", snapshot.Time) is null
                && await HoldsAsync(snapshot, row.Patient, researcher, uses, cancellationToken).ConfigureAwait(false))
            {
                records.AddRange(row.Records.Select(record => (row.Patient, record.Record)));
            }
        }

        return await SealAsync(snapshot, [.. records], id, answer.Executors[executor], cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<bool> HoldsAsync(
        LedgerSnapshot snapshot,
        AccountId patient,
        DecisionParty asker,
        IEnumerable<GrantUse> uses,
        CancellationToken cancellationToken) =>
        ReleaseStanding.HoldsAsync(snapshot, _blobs, _genesis.Name, patient, asker, uses, cancellationToken);

    /// <summary>Seals this validator's shares of some records to a recipient, together. A record that is not live, or of which it keeps no
    /// share, is left out; the recipient makes up for it with other validators' shares. Whether a share is good shows when the recipient
    /// combines it; checking it here as well would cost as much again.</summary>
    private async ValueTask<ShareRelease> SealAsync(
        LedgerSnapshot snapshot,
        (AccountId Owner, Digest Record)[] records,
        Digest permit,
        AgreementKey recipient,
        CancellationToken cancellationToken)
    {
        if (records.Length > ShareBatch.MaxCount)
        {
            return ShareRelease.Refused($"The permit opens {records.Length} records; the most for one release is {ShareBatch.MaxCount}.");
        }

        LedgerState state = snapshot.Read();
        using var batch = new ShareBatch(records.Length);
        foreach ((AccountId owner, Digest record) in records)
        {
            if (state.Get<RecordEntry>(StateKey.Record(owner, record)) is { Status: RecordStatus.Live } entry
                && HolderOf(state, owner, record) is > 0 and var holder)
            {
                using SecretScalar? share = await _vault.TryOpenAsync(entry.KeyHeader, cancellationToken).ConfigureAwait(false);
                if (share is not null)
                {
                    batch.Add(record, holder, share);
                }
            }
        }

        byte[] message = batch.Seal(recipient, ShareSeal.Release(_genesis.Chain, permit, _key.PublicKey));
        return new ShareRelease(
            ReleasedShares.Sign(_key, _genesis.Chain, permit, snapshot.Height, batch.Count, message), null);
    }

    /// <summary>Which of a record's shares this validator's is, from 1; 0 for none.</summary>
    private int HolderOf(LedgerState state, AccountId owner, Digest record) =>
        state.Get<CustodyEntry>(StateKey.Custody(owner, record)) is { } custody
        && ValidatorRules.Of(state, _genesis, custody.Epoch) is { } custodians
            ? CustodyEntry.IndexOf(custodians, _key.PublicKey) + 1
            : 0;
}

/// <summary>A custodian's answer.</summary>
/// <param name="Shares">The shares; <see langword="null"/> when refused.</param>
/// <param name="Refusal">Why none is released; <see langword="null"/> otherwise.</param>
/// <param name="IsEarly">Whether a custodian that is behind may answer otherwise soon.</param>
internal sealed record ShareRelease(ReleasedShares? Shares, string? Refusal, bool IsEarly = false)
{
    public static ShareRelease TooEarly(string reason) => new(null, reason, IsEarly: true);

    public static ShareRelease Refused(string reason) => new(null, reason);
}
