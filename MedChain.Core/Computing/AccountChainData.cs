using MedChain.Core.Custody;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Shares;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Computing;

/// <summary>Where an executor gets a task's data from: the validators of the account chains, in the same process. Nothing that comes from
/// here is trusted: every byte is checked against a sealed answer. The sources are enumerated at each use, for validators come and
/// go.</summary>
internal sealed class AccountChainData(IEnumerable<AccountSource> sources)
{

    /// <summary>The chain's sealed answer to a task, with the decisions it commits to.</summary>
    /// <returns><see langword="null"/> when no validator has it.</returns>
    public async ValueTask<(ChainProof Answer, TaskDecisions Decisions)?> TryGetDecisionsAsync(
        ChainId chain, Digest task, int round, CancellationToken cancellationToken)
    {
        foreach (AccountSource source in SourcesOf(chain))
        {
            if (source.Validator.Machine.Sealed is { } state
                && state.Snapshot.Read().Get<TaskAnswer>(StateKey.Task(task)) is { Stage: AnswerStage.Authorised } answer
                && answer.Round == round
                && await AttachmentReader.TryReadAsync<TaskDecisions>(source.Validator.Blobs, answer.Decisions, cancellationToken)
                    .ConfigureAwait(false) is { } decisions)
            {
                return (state.Prove(StateKey.Task(task))!, decisions);
            }
        }

        return null;
    }

    /// <summary>Whether the chain's answer of this round still stands, as far as can be seen: one liar more than there may be would have to
    /// say that it does not.</summary>
    public bool Authorises(ChainId chain, Digest task, int round) => SourcesOf(chain).Count(source =>
        source.Validator.Machine.Current.Read().Get<TaskAnswer>(StateKey.Task(task)) is { } answer
        && (answer.Round > round || (answer.Round == round && answer.Stage != AnswerStage.Authorised)))
        <= (SourcesOf(chain).FirstOrDefault()?.Validator.Genesis.Validators.MaxFaulty ?? 0);

    /// <summary>The shares that the chain's custodians release for a task, one answer of each.</summary>
    public async ValueTask<IEnumerable<ReleasedShares>> GetSharesAsync(
        ChainId chain, ChainProof staged, int executor, CancellationToken cancellationToken)
    {
        Task<ShareRelease>[] releases =
        [
            .. SourcesOf(chain).Select(v => Task.Run(
                () => v.Custodian.ReleaseForTaskAsync(staged, executor, cancellationToken).AsTask(), cancellationToken)),
        ];
        ShareRelease[] released = await Task.WhenAll(releases).ConfigureAwait(false);
        return released.Select(r => r.Shares).OfType<ReleasedShares>();
    }

    /// <summary>The chain's blob store; <see langword="null"/> for an unknown chain.</summary>
    public IBlobStore? BlobsOf(ChainId chain) => SourcesOf(chain).FirstOrDefault()?.Validator.Blobs;

    private IEnumerable<AccountSource> SourcesOf(ChainId chain) => sources.Where(s => s.Validator.Genesis.Chain == chain);
}
