using MedChain.Core.Custody;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Accounts.Erasure;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Nodes.Duties;

/// <summary>Does a custodian's part in the life of records, one after the other, whenever a block changes one. What is to do follows from
/// the executed state and the vault, so nothing is forgotten over a restart and nothing is done twice.</summary>
internal sealed class CustodyDuties : IAsyncDisposable
{
    /// <summary>How long until what could not be done is tried again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>How often to look whether an epoch has begun, or a state came, when nothing else happens.</summary>
    private static readonly TimeSpan EpochLook = TimeSpan.FromSeconds(1);

    private readonly LedgerValidator _validator;
    private readonly ChainClient _client;
    private readonly AcceptanceDuty _acceptance;
    private readonly ErasureDuty _erasure;
    private readonly ResharingDuty _resharing;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<RecordReference> _waiting = [];
    private readonly HashSet<Digest> _orders = [];
    private readonly Task _loop;
    private TaskCompletionSource _signal = NewSignal();
    private int _disposed;

    public CustodyDuties(LedgerValidator validator, ShareVault vault)
    {
        _validator = validator;
        _client = new ChainClient(validator.Genesis, [validator], validator.Options.OperatorKey, validator.Options.TimeProvider);
        _acceptance = new AcceptanceDuty(validator, vault, _client);
        _erasure = new ErasureDuty(validator, vault, _client);
        _resharing = new ResharingDuty(validator, vault, _client);
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
        foreach (LedgerEvent happened in receipts.SelectMany(r => Canonical.Decode<Receipt>(r).Events))
        {
            switch (happened.Kind)
            {
                case LedgerEventKind.RecordStored or LedgerEventKind.RecordRejected or LedgerEventKind.RecordAccepted
                    or LedgerEventKind.ResharingAdvanced or LedgerEventKind.RecordReshared:
                    Post([new RecordReference(happened.Subject, happened.Reference)], []);
                    break;
                case LedgerEventKind.ErasureOrdered:
                    Post([], [happened.Reference]);
                    break;
            }
        }
    }

    private void Post(IEnumerable<RecordReference> records, IEnumerable<Digest> orders)
    {
        lock (_lock)
        {
            _waiting.UnionWith(records);
            _orders.UnionWith(orders);
            _signal.TrySetResult();
        }
    }

    private (RecordReference[] Records, Digest[] Orders, Task Signal) Take()
    {
        lock (_lock)
        {
            RecordReference[] records = [.. _waiting];
            Digest[] orders = [.. _orders];
            _waiting.Clear();
            _orders.Clear();
            _signal = NewSignal();
            return (records, orders, _signal.Task);
        }
    }

    private void PostAll()
    {
        LedgerState state = _validator.Machine.Current.Read();
        Post(
            state.Scan<RecordEntry>(StateKey.Records)
                .Select(r => new RecordReference(new AccountId(StateKey.FirstPart(r.Key)), StateKey.SecondPart(r.Key))),
            state.Scan<ErasureEntry>(StateKey.Erasures).Where(o => o.Value.Policies.Length > 0).Select(o => StateKey.FirstPart(o.Key)));
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        (long Epoch, int Restored) known = (-1, 0);
        HashSet<RecordReference> laterRecords = [];
        HashSet<Digest> laterOrders = [];
        while (_validator.IsRunning)
        {
            // At first, for what happened while the process was down; in every new epoch, which may begin without a block; and when the
            // validator was given a state, which skips what happened before.
            (long, int) now = (_validator.Engine.Validators.Latest.Number, _validator.Machine.Restored);
            if (now != known)
            {
                known = now;
                PostAll();
            }

            (RecordReference[] records, Digest[] orders, Task signal) = Take();
            if (records.Length + orders.Length == 0)
            {
                await WaitAsync(signal, laterRecords.Count + laterOrders.Count > 0, cancellationToken).ConfigureAwait(false);
                Post(laterRecords, laterOrders);
                laterRecords = [];
                laterOrders = [];
                continue;
            }

            await DoAsync(records, orders, laterRecords, laterOrders, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DoAsync(
        RecordReference[] records,
        Digest[] orders,
        HashSet<RecordReference> laterRecords,
        HashSet<Digest> laterOrders,
        CancellationToken cancellationToken)
    {
        try
        {
            HashSet<RecordReference> work = [.. records];
            foreach (Digest order in orders)
            {
                ErasureEntry entry = _validator.Machine.Current.Read().Get<ErasureEntry>(StateKey.Erasure(order))!;
                work.UnionWith(entry.Records.Select(record => new RecordReference(entry.Owner, record)));
                if (!await _erasure.ErasePoliciesAsync(entry, cancellationToken).ConfigureAwait(false))
                {
                    laterOrders.Add(order);
                }
            }

            laterRecords.UnionWith(await _acceptance.DoAsync([.. work], cancellationToken).ConfigureAwait(false));
            laterRecords.UnionWith(await _resharing.DoAsync([.. work], cancellationToken).ConfigureAwait(false));
            laterRecords.UnionWith(await _erasure.DoAsync([.. work], cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (_validator.IsRunning && e is StorageException or InvalidOperationException)
        {
            // A full disk, or a chain that takes nothing just now, is no reason to give up.
            laterRecords.UnionWith(records);
            laterOrders.UnionWith(orders);
        }
    }

    private async Task WaitAsync(Task signal, bool hasUnfinished, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task pause = Task.Delay(hasUnfinished ? Pause : EpochLook, _validator.Options.TimeProvider, stop.Token);
        await Task.WhenAny(signal, pause, _validator.Engine.Completion).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
