using System.Security.Cryptography;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Computing;

/// <summary>Does a validator's part in the tasks it is chosen for: publishes a key, computes when it is asked to, commits to what it found,
/// hands it over when all account chains have confirmed, and destroys key and data. Task keys and results live in memory only, so after a
/// restart the safe direction is taken: this executor's part is abandoned.</summary>
internal sealed class TaskExecutor : IAsyncDisposable
{
    private readonly LedgerValidator _validator;
    private readonly AccountChainData _data;
    private readonly ChainClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<Digest, DecryptionKey> _keys = [];

    /// <summary>Sealed results that nobody else has yet.</summary>
    private readonly Dictionary<Digest, (TaskFinding Finding, Attachment Sealed)> _results = [];

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
            _results.Clear();
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
                if (task.Executors[place] is { HasJoined: true, IsGone: false } && task.Phase <= TaskPhase.Releasing)
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
    private static bool IsDone(TaskEntry task, ExecutorEntry own) => task.Phase == TaskPhase.Closed && (own.HasErased || !own.IsAsked);

    private async Task FollowAsync(SealedState state, Digest id, TaskEntry task, int place, CancellationToken cancellationToken)
    {
        ExecutorEntry own = task.Executors[place];
        if (task.Phase >= TaskPhase.Deleting)
        {
            Destroy(id);
            if (own is { IsAsked: true, HasErased: false })
            {
                await EraseUnreleasedAsync(task, cancellationToken).ConfigureAwait(false);
                await SendAsync(new ConfirmErasure(id), [], cancellationToken).ConfigureAwait(false);
            }
        }
        else if (own.IsGone)
        {
            Destroy(id);
        }
        else if (!own.HasJoined)
        {
            await JoinAsync(id, task, cancellationToken).ConfigureAwait(false);
        }
        else if (!HoldsKey(id, own))
        {
            Destroy(id);
            await AbandonAsync(id, "The task's key is no longer in memory: the process was started again.", cancellationToken)
                .ConfigureAwait(false);
        }
        else if (task.Phase == TaskPhase.Staged && own.IsComputing)
        {
            await ComputeAsync(state, id, task, place, cancellationToken).ConfigureAwait(false);
        }
        else if (task.Phase == TaskPhase.Releasing && own.Finding == task.Finding)
        {
            await ReleaseAsync(id, task, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A crash, or a release that came too late, may have left the sealed result in the store.</summary>
    private async Task EraseUnreleasedAsync(TaskEntry task, CancellationToken cancellationToken)
    {
        if (task.Outcome != TaskOutcome.Released && task.Finding is { } finding && _validator.Blobs.Contains(finding.Sealed))
        {
            await _validator.Blobs.EraseAsync(finding.Sealed, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task JoinAsync(Digest id, TaskEntry task, CancellationToken cancellationToken)
    {
        if (task.Phase == TaskPhase.Announced && !_keys.ContainsKey(id))
        {
            var key = DecryptionKey.Create();
            _keys.Add(id, key);
            await SendAsync(new JoinTask(id, key.PublicKey), [], cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ComputeAsync(SealedState state, Digest id, TaskEntry task, int place, CancellationToken cancellationToken)
    {
        var run = new TaskRun(id, task, state.Prove(StateKey.Task(id))!, place, _keys[id], _data, state.Snapshot);
        if (!run.IsInForce())
        {
            // A patient has left: the task asks again. The key stays, for it is the one that the chains know.
            return;
        }

        TaskRunResult result = await run.ComputeAsync(_validator.Genesis.Chain, cancellationToken).ConfigureAwait(false);
        if (result.Finding is { } finding)
        {
            _results[id] = (finding, result.Sealed!);
            await SendAsync(new SubmitResult(id, task.Round, finding), [], cancellationToken).ConfigureAwait(false);
        }
        else if (run.IsInForce())
        {
            Destroy(id);
            await AbandonAsync(id, result.Problem!, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReleaseAsync(Digest id, TaskEntry task, CancellationToken cancellationToken)
    {
        if (_results.TryGetValue(id, out (TaskFinding Finding, Attachment Sealed) own) && own.Finding == task.Finding)
        {
            await SendAsync(new ReleaseResult(id, own.Sealed.Commitment), [own.Sealed], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the key that the chain knows is in memory: after a restart it is not, or another one that came too late.</summary>
    private bool HoldsKey(Digest id, ExecutorEntry own) => _keys.TryGetValue(id, out DecryptionKey? key) && key.PublicKey == own.TaskKey;

    private void Destroy(Digest id)
    {
        _results.Remove(id);
        if (_keys.Remove(id, out DecryptionKey? key))
        {
            key.Dispose();
        }
    }

    private Task<CommittedTransaction> SendAsync(
        Command command, IReadOnlyList<Attachment> attachments, CancellationToken cancellationToken) =>
        _client.SendAsync(command, attachments, cancellationToken);
}
