using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Computing;

/// <summary>Does a validator's part in the tasks it is chosen for: publishes a key, computes once the task is staged, commits to the result, and
/// destroys key and data. Task keys live in memory only, so after a restart the safe direction is taken: the task is abandoned.</summary>
internal sealed class TaskExecutor : IAsyncDisposable
{
    private readonly LedgerValidator _validator;
    private readonly AccountChainData _data;
    private readonly ChainClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<Digest, DecryptionKey> _keys = [];
    private readonly Task _loop;

    public TaskExecutor(LedgerValidator validator, AccountChainData data)
    {
        _validator = validator;
        _data = data;
        _client = new ChainClient(validator.Genesis, [validator], validator.Options.OperatorKey, validator.Options.TimeProvider);
        _loop = Task.Run(() => RunAsync(_stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (DecryptionKey key in _keys.Values)
        {
            key.Dispose();
        }

        _keys.Clear();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Task next = _validator.Machine.NextSeal();
            if (_validator.Machine.Sealed is { } state)
            {
                foreach ((Digest id, TaskEntry task, int place) in OwnTasks(state))
                {
                    await FollowAsync(state, id, task, place, cancellationToken).ConfigureAwait(false);
                }
            }

            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private IEnumerable<(Digest Id, TaskEntry Task, int Place)> OwnTasks(SealedState state)
    {
        foreach ((ReadOnlyMemory<byte> key, TaskEntry task) in state.Snapshot.Read().Scan<TaskEntry>(StateKey.Tasks))
        {
            int place = task.PlaceOf(_validator.Options.Index);
            if (task.Phase != TaskPhase.Closed && place >= 0 && StateKey.TryReadTask(key) is { } id)
            {
                yield return (id, task, place);
            }
        }
    }

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
        else if (task.Phase < TaskPhase.Computed && joined && own.Result.IsZero && !_keys.ContainsKey(id))
        {
            await SendAsync(new AbandonTask(id), [], cancellationToken).ConfigureAwait(false);
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
        var run = new TaskRun(id, task, state.Prove(StateKey.Task(id))!, place, _keys[id], _data, state.Snapshot);
        (Attachment? result, _) = await run.ComputeAsync(cancellationToken).ConfigureAwait(false);
        Destroy(id);
        if (result is null)
        {
            await SendAsync(new AbandonTask(id), [], cancellationToken).ConfigureAwait(false);
            return;
        }

        byte[] bytes = result.Bytes.ToArray();
        Attachment sealedResult = Attachment.Create(
            Hpke.Seal(task.ResearcherKey, ResultSeal.Binding(_validator.Genesis.Chain, id), [], bytes));
        await SendAsync(new SubmitResult(id, result.Commitment, sealedResult.Commitment), [sealedResult], cancellationToken)
            .ConfigureAwait(false);
    }

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
