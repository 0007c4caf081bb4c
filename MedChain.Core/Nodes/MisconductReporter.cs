using System.Threading.Channels;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes;

/// <summary>Brings the evidence that one validator's engine finds onto the chain. Validators take turns by the place of the misconduct, so
/// that in the ordinary case one of them reports it and the others find it recorded. Thread safe.</summary>
internal sealed class MisconductReporter : IAsyncDisposable
{
    private const int MaxWaiting = 256;

    /// <summary>How long each validator has to report before the next one does.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

    private readonly Channel<Evidence> _found = Channel.CreateBounded<Evidence>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private int _disposed;

    /// <summary>Takes evidence; returns at once. More than can be reported is dropped: what is waiting convicts the same few
    /// validators.</summary>
    public void Post(Evidence evidence) => _found.Writer.TryWrite(evidence);

    /// <summary>Begins to report through a validator.</summary>
    public void Start(LedgerValidator validator) => _loop = Task.Run(() => RunAsync(validator, _stopping.Token));

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync(LedgerValidator validator, CancellationToken cancellationToken)
    {
        Genesis genesis = validator.Genesis;
        using var client = new ChainClient(genesis, [validator], validator.Options.OperatorKey, validator.Options.TimeProvider);
        await foreach (Evidence evidence in _found.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (validator.Engine.Validators.Find(evidence.Epoch) is not { } epoch)
            {
                continue;
            }

            Conviction conviction = EvidenceJudge.Convict(evidence, genesis.Chain, epoch.Validators);
            if (TurnOf(validator, conviction.Place) is not { } turn)
            {
                continue;
            }

            await Task.Delay(turn * Turn, validator.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
            bool recorded = SharedRules.IsRecorded(validator.Machine.Current.Read(), conviction);
            if (!recorded && TurnOf(validator, conviction.Place) is not null)
            {
                await ReportAsync(client, evidence, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>How many validators of the current epoch come before this one; <see langword="null"/> when it is none of them, whose
    /// transactions its engine does not order.</summary>
    private static int? TurnOf(LedgerValidator validator, Digest place)
    {
        ValidatorSet current = validator.Engine.Validators.Latest.Validators;
        int index = current.IndexOf(validator.Options.VotingKey.PublicKey);
        return index < 0 ? null : (index - HomeLane.Of(place, current.Count) + current.Count) % current.Count;
    }

    private static async Task ReportAsync(ChainClient client, Evidence evidence, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync(new RecordMisconduct(evidence.Encode()), [], cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            // The chain does not take this validator's word, for instance because it is no member any more; the next one reports.
        }
    }
}
