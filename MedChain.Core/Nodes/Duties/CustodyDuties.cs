using MedChain.Core.Custody;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Nodes.Duties;

/// <summary>Does a custodian's part in the life of records, one after the other, whenever a block changes one. What is to do follows from
/// the executed state and the vault, so nothing is forgotten over a restart and nothing is done twice.</summary>
internal sealed class CustodyDuties : IAsyncDisposable
{
    /// <summary>How long until what could not be done is tried again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly LedgerValidator _validator;
    private readonly ChainClient _client;
    private readonly AcceptanceDuty _acceptance;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<RecordReference> _waiting = [];
    private readonly Task _loop;
    private TaskCompletionSource _signal = NewSignal();
    private int _disposed;

    public CustodyDuties(LedgerValidator validator, ShareVault vault)
    {
        _validator = validator;
        _client = new ChainClient(validator.Genesis, [validator], validator.Options.OperatorKey, validator.Options.TimeProvider);
        _acceptance = new AcceptanceDuty(validator, vault, _client);
        validator.Machine.Executed = OnExecuted;
        _loop = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>Done when the duties have ended; faulted when they could not go on.</summary>
    public Task Completion => _loop;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _validator.Machine.Executed = null;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _stop.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void OnExecuted(IReadOnlyList<ReadOnlyMemory<byte>> receipts)
    {
        List<RecordReference> changed =
        [
            .. receipts
                .SelectMany(r => Canonical.Decode<Receipt>(r).Events)
                .Where(e => e.Kind == LedgerEventKind.RecordStored)
                .Select(e => new RecordReference(e.Subject, e.Reference)),
        ];
        if (changed.Count > 0)
        {
            Post(changed);
        }
    }

    private void Post(IEnumerable<RecordReference> records)
    {
        lock (_lock)
        {
            _waiting.UnionWith(records);
            _signal.TrySetResult();
        }
    }

    private (RecordReference[] Work, Task Signal) Take()
    {
        lock (_lock)
        {
            RecordReference[] work = [.. _waiting];
            _waiting.Clear();
            _signal = NewSignal();
            return (work, _signal.Task);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        // What happened while the process was down, or before the first event came.
        Post(_validator.Machine.Current.Read()
            .Scan<RecordEntry>(StateKey.Records)
            .Where(r => r.Value.Status is RecordStatus.Dealt or RecordStatus.Live)
            .Select(r => new RecordReference(new AccountId(StateKey.FirstPart(r.Key)), StateKey.SecondPart(r.Key))));
        List<RecordReference> later = [];
        while (_validator.IsRunning)
        {
            (RecordReference[] work, Task signal) = Take();
            if (work.Length == 0)
            {
                await WaitAsync(signal, later.Count > 0, cancellationToken).ConfigureAwait(false);
                work = [.. later];
                later = [];
            }

            later.AddRange(await DoAsync(work, cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task<List<RecordReference>> DoAsync(RecordReference[] work, CancellationToken cancellationToken)
    {
        try
        {
            return await _acceptance.DoAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (_validator.IsRunning && e is StorageException or InvalidOperationException)
        {
            // A full disk, or a chain that takes nothing just now, is no reason to give up.
            return [.. work];
        }
    }

    private async Task WaitAsync(Task signal, bool hasUnfinished, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task pause = Task.Delay(hasUnfinished ? Pause : Timeout.InfiniteTimeSpan, _validator.Options.TimeProvider, stop.Token);
        await Task.WhenAny(signal, pause, _validator.Engine.Completion).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
