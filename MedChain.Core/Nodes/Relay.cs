using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes;

/// <summary>Carries proofs between the transaction chain and one account chain. Anybody may run one and nobody needs to trust it: it can only be
/// late.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly HostedChain _tasks;
    private readonly HostedChain _accounts;
    private readonly ChainClient _toTasks;
    private readonly ChainClient _toAccounts;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public Relay(HostedChain tasks, HostedChain accounts, SigningKey key, TimeProvider time)
    {
        _tasks = tasks;
        _accounts = accounts;
        _time = time;
        _toTasks = new ChainClient(tasks.Genesis, tasks.Validators, key, time);
        _toAccounts = new ChainClient(accounts.Genesis, accounts.Validators, key, time);
        _loop = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>Done when the relay has stopped; faulted when it could not go on.</summary>
    public Task Completion => _loop;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _toTasks.Dispose();
        _toAccounts.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Task next = Task.WhenAny(_tasks.NextSeal(), _accounts.NextSeal());
            if (!await CarryAsync(cancellationToken).ConfigureAwait(false))
            {
                await WaitAsync(next, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Until something is sealed, or the next deadline has passed.</summary>
    private async Task WaitAsync(Task next, CancellationToken cancellationToken)
    {
        if (NextDeadline() is not { } deadline)
        {
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        long wait = Math.Clamp(deadline - Now() + 1, 1, (long)TimeSpan.FromHours(1).TotalMilliseconds);
        await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(wait), _time, stop.Token)).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Carries what can be carried now.</summary>
    /// <returns>Whether anything was.</returns>
    private async Task<bool> CarryAsync(CancellationToken cancellationToken)
    {
        if (_tasks.Sealed is not { } tasks)
        {
            return false;
        }

        bool carried = false;
        foreach ((Digest id, TaskEntry task) in OpenTasks(tasks))
        {
            int place = task.Request.Chains.IndexOf(_accounts.Genesis.Chain);
            if (task.Phase < TaskPhase.Recording && Now() > task.Request.Deadline)
            {
                await _toTasks.SendAsync(new ExpireTask(id), [], cancellationToken).ConfigureAwait(false);
                carried = true;
            }
            else if (place >= 0)
            {
                carried |= await CarryAsync(tasks, id, task, task.Answers[place], cancellationToken).ConfigureAwait(false);
            }
        }

        return carried;
    }

    private async Task<bool> CarryAsync(
        SealedState tasks, Digest id, TaskEntry task, ChainAnswer known, CancellationToken cancellationToken)
    {
        SealedState? accounts = _accounts.Sealed;
        TaskAnswer? answer = accounts?.Snapshot.Read().Get<TaskAnswer>(StateKey.Task(id));
        bool waits = task.Phase == TaskPhase.Recording
            ? !known.Acknowledged
            : task.Phase is TaskPhase.Collecting or TaskPhase.Authorising && known.Round < task.Round;
        if (!waits)
        {
            return false;
        }

        bool answered = task.Phase == TaskPhase.Recording
            ? answer?.Stage == AnswerStage.Recorded
            : answer is not null && answer.Round == task.Round;
        CommittedTransaction sent = answered
            ? await _toTasks.SendAsync(new DeliverProof(accounts!.Prove(StateKey.Task(id))!), [], cancellationToken).ConfigureAwait(false)
            : await _toAccounts.SendAsync(new DeliverProof(tasks.Prove(StateKey.Task(id))!), [], cancellationToken).ConfigureAwait(false);
        return sent.Receipt.Status == ReceiptStatus.Applied;
    }

    private static IEnumerable<(Digest Id, TaskEntry Task)> OpenTasks(SealedState tasks) => tasks.Snapshot.Read()
        .Scan<TaskEntry>(StateKey.Tasks)
        .Where(t => t.Value.Phase != TaskPhase.Closed)
        .Select(t => (StateKey.FirstPart(t.Key), t.Value));

    private long? NextDeadline() => _tasks.Sealed is { } tasks
        ? OpenTasks(tasks).Where(t => t.Task.Phase < TaskPhase.Recording).Min(t => (long?)t.Task.Request.Deadline)
        : null;

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
