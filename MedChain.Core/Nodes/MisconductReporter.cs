using System.Threading.Channels;
using MedChain.Core.Consensus;
using MedChain.Core.Ledger;

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
            var conviction = new Conviction(evidence.Validator, evidence.Kind, evidence.PlaceOf(genesis.Chain, genesis.Validators));
            int first = HomeLane.Of(conviction.Place, genesis.Validators.Count);
            int turn = (validator.Options.Index - first + genesis.Validators.Count) % genesis.Validators.Count;
            await Task.Delay(turn * Turn, validator.Options.TimeProvider, cancellationToken).ConfigureAwait(false);
            if (!SharedRules.IsRecorded(validator.Machine.Current.Read(), genesis.Validators, conviction))
            {
                await ReportAsync(client, evidence, cancellationToken).ConfigureAwait(false);
            }
        }
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
