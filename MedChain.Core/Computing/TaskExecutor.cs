using System.Security.Cryptography;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Computing;

/// <summary>Does a validator's part in the tasks it is chosen for: publishes a key, computes once the task is staged, commits to the
/// result, and destroys key and data. Task keys live in memory only, so after a restart the safe direction is taken: the task is
/// abandoned.</summary>
internal sealed class TaskExecutor : IAsyncDisposable
{
    private readonly LedgerValidator _validator;
    private readonly AccountChainData _data;
    private readonly ChainClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<Digest, DecryptionKey> _keys = [];
    private readonly Task _loop;
    private int _disposed;

    public TaskExecutor(LedgerValidator validator, AccountChainData data)
    {
        _validator = validator;
        _data = data;
        _client = new ChainClient(validator.Genesis, [validator], validator.Options.OperatorKey, validator.Options.TimeProvider);
        _loop = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>Done when the executor has stopped; faulted with the reason when its validator stopped first.</summary>
    public Task Completion => _loop;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                Task next = _validator.Machine.NextSeal();
                if (_validator.Machine.Sealed is { } state)
                {
                    await FollowAsync(state, cancellationToken).ConfigureAwait(false);
                }

                await (await Task.WhenAny(next, _validator.Engine.Completion).WaitAsync(cancellationToken).ConfigureAwait(false))
                    .ConfigureAwait(false);
                if (!_validator.IsRunning)
                {
                    return;
                }
            }
        }
        finally
        {
            foreach (DecryptionKey key in _keys.Values)
            {
                key.Dispose();
            }

            _keys.Clear();
        }
    }

    private async Task FollowAsync(SealedState state, CancellationToken cancellationToken)
    {
        HashSet<Digest> followed = [];
        foreach ((Digest id, TaskEntry task, int place) in OwnTasks(state))
        {
            followed.Add(id);
            try
            {
                await FollowAsync(state, id, task, place, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (_validator.IsRunning
                && (e is StorageException or InvalidOperationException or ArgumentException or CryptographicException))
            {
                // One task that cannot be done must not keep the executor from the others.
                Destroy(id);
                if (task.Executors[place].TaskKey != default)
                {
                    await AbandonAsync(id, e.Message, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        // A task may go from open to closed between two looks.
        foreach (Digest ended in _keys.Keys.Where(id => !followed.Contains(id)).ToArray())
        {
            Destroy(ended);
        }
    }

    private async Task AbandonAsync(Digest id, string reason, CancellationToken cancellationToken)
    {
        _validator.Options.OnTaskAbandoned?.Invoke(id, reason);
        await SendAsync(new AbandonTask(id), [], cancellationToken).ConfigureAwait(false);
    }

    private IEnumerable<(Digest Id, TaskEntry Task, int Place)> OwnTasks(SealedState state)
    {
        foreach ((ReadOnlyMemory<byte> key, TaskEntry task) in state.Snapshot.Read().Scan<TaskEntry>(StateKey.Tasks))
        {
            int place = task.PlaceOf(_validator.Options.OperatorKey.PublicKey);
            if (place >= 0 && !IsDone(task, task.Executors[place]) && StateKey.TryReadTask(key) is { } id)
            {
                yield return (id, task, place);
            }
        }
    }

    /// <summary>A task may be closed before this executor has confirmed the erasure; it still does.</summary>
    private static bool IsDone(TaskEntry task, ExecutorEntry own) =>
        task.Phase == TaskPhase.Closed && (own.Erased || own.TaskKey == default);

    private async Task FollowAsync(SealedState state, Digest id, TaskEntry task, int place, CancellationToken cancellationToken)
    {
        ExecutorEntry own = task.Executors[place];
        bool joined = own.TaskKey != default;
        if (task.Phase == TaskPhase.Proposed && !joined && !_keys.ContainsKey(id))
        {
            var key = DecryptionKey.Create();
            _keys.Add(id, key);
            await SendAsync(new JoinTask(id, key.PublicKey), [], cancellationToken).ConfigureAwait(false);
        }
        else if (task.Phase < TaskPhase.Computed && joined && own.Result.IsZero && !HoldsKey(id, own))
        {
            Destroy(id);
            await AbandonAsync(id, "The task's key is no longer in memory: the process was started again.", cancellationToken)
                .ConfigureAwait(false);
        }
        else if (task.Phase == TaskPhase.Staged && own.Result.IsZero)
        {
            await ComputeAsync(state, id, task, place, cancellationToken).ConfigureAwait(false);
        }

        if (task.Phase >= TaskPhase.Computed)
        {
            Destroy(id);
            if (!own.Erased && joined)
            {
                await SendAsync(new ConfirmErasure(id), [], cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ComputeAsync(SealedState state, Digest id, TaskEntry task, int place, CancellationToken cancellationToken)
    {
        Attachment? result;
        string? problem;
        try
        {
            var run = new TaskRun(id, task, state.Prove(StateKey.Task(id))!, place, _keys[id], _data, state.Snapshot);
            (result, problem) = await run.ComputeAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Destroy(id);
        }

        if (result is null)
        {
            await AbandonAsync(id, problem!, cancellationToken).ConfigureAwait(false);
            return;
        }

        Attachment sealedResult = Attachment.Create(
            Hpke.Seal(task.ResearcherKey, ResultSeal.Binding(_validator.Genesis.Chain, id), [], result.Bytes.Span));
        await SendAsync(new SubmitResult(id, result.Commitment, sealedResult.Commitment), [sealedResult], cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Whether the key that the chain knows is in memory: after a restart it is not, or another one that came too late.</summary>
    private bool HoldsKey(Digest id, ExecutorEntry own) => _keys.TryGetValue(id, out DecryptionKey? key) && key.PublicKey == own.TaskKey;

    private void Destroy(Digest id)
    {
        if (_keys.Remove(id, out DecryptionKey? key))
        {
            key.Dispose();
        }
    }

    private Task<CommittedTransaction> SendAsync(
        Command command, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken) =>
        _client.SendAsync(command, attachments, cancellationToken);
}
