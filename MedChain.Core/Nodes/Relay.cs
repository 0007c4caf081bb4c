using System.Collections.Immutable;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Primitives;

namespace MedChain.Core.Nodes;

/// <summary>Carries proofs between the transaction chain and one account chain. Anybody may run one and nobody needs to trust it: it can
/// only be late.</summary>
internal sealed class Relay : IAsyncDisposable
{
    /// <summary>Between two tries to move an overdue task on, in milliseconds.</summary>
    private const long ExpiryPause = 1_000;

    private readonly HostedChain _tasks;
    private readonly HostedChain _accounts;
    private readonly ChainClient _toTasks;
    private readonly ChainClient _toAccounts;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <summary>What was refused: the same again would be refused again, with a block for each try.</summary>
    private readonly Dictionary<Digest, (TaskPhase Phase, int Round, AnswerStage? Answer)> _refused = [];

    /// <summary>Block time may be behind this clock: when to try again to move an overdue task on.</summary>
    private readonly Dictionary<Digest, long> _expiryRefused = [];

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
                _tasks.ThrowIfStopped();
                _accounts.ThrowIfStopped();
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
        (Digest Id, TaskEntry Task)[] open = [.. OpenTasks(tasks)];
        Forget(open);
        foreach ((Digest id, TaskEntry task) in open)
        {
            int place = task.Request.Chains.IndexOf(_accounts.Genesis.Chain);
            if (task.Phase < TaskPhase.Overdue && Now() > ExpiryOf(id, task))
            {
                carried |= await ExpireAsync(id, cancellationToken).ConfigureAwait(false);
            }
            else if (place >= 0)
            {
                carried |= await CarryAsync(tasks, id, task, task.Answers[place], cancellationToken).ConfigureAwait(false);
            }
        }

        return carried;
    }

    private async Task<bool> ExpireAsync(Digest id, CancellationToken cancellationToken)
    {
        ReceiptStatus sent = await SendAsync(_toTasks, new ExpireTask(id), cancellationToken).ConfigureAwait(false);
        _expiryRefused[id] = Now() + ExpiryPause;
        return sent == ReceiptStatus.Applied;
    }

    /// <summary>Sends; what a running chain does not even order is as good as refused, and no reason to leave the other tasks.</summary>
    private async Task<ReceiptStatus> SendAsync(ChainClient chain, Command command, CancellationToken cancellationToken)
    {
        try
        {
            return (await chain.SendAsync(command, [], cancellationToken).ConfigureAwait(false)).Receipt.Status;
        }
        catch (Exception e) when (_tasks.IsRunning && _accounts.IsRunning && (e is InvalidOperationException or ArgumentException))
        {
            return ReceiptStatus.Invalid;
        }
    }

    private async Task<bool> CarryAsync(
        SealedState tasks, Digest id, TaskEntry task, ChainAnswer known, CancellationToken cancellationToken)
    {
        SealedState? accounts = _accounts.Sealed;
        TaskAnswer? answer = accounts?.Snapshot.Read().Get<TaskAnswer>(StateKey.Task(id));
        bool answered = answer is not null && Answers(answer, task);
        (TaskPhase, int, AnswerStage?) step = (task.Phase, task.Round, answered ? answer!.Stage : null);
        bool waits = Waits(task, known) || (answered && answer!.Stage == AnswerStage.Withdrawn);
        if (!waits || (_refused.TryGetValue(id, out (TaskPhase, int, AnswerStage?) refused) && refused == step))
        {
            return false;
        }

        (HostedChain from, HostedChain to, ChainClient client) =
            answered ? (_accounts, _tasks, _toTasks) : (_tasks, _accounts, _toAccounts);
        await AdvanceAsync(from, to, client, cancellationToken).ConfigureAwait(false);
        ReceiptStatus sent = await SendAsync(
            answered ? _toTasks : _toAccounts,
            new DeliverProof((answered ? accounts! : tasks).Prove(StateKey.Task(id))!),
            cancellationToken).ConfigureAwait(false);
        if (sent is ReceiptStatus.Refused or ReceiptStatus.Invalid)
        {
            _refused[id] = step;
        }

        return sent == ReceiptStatus.Applied;
    }

    /// <summary>Whether the transaction chain waits for this account chain.</summary>
    private static bool Waits(TaskEntry task, ChainAnswer known) => task.Phase switch
    {
        TaskPhase.Collecting or TaskPhase.Authorising => known.Round < task.Round,
        TaskPhase.Confirming => !known.Confirmed,
        TaskPhase.Recording or TaskPhase.Overdue => !known.Acknowledged,
        _ => false,
    };

    /// <summary>Whether the account chain has said what the transaction chain can use now.</summary>
    private static bool Answers(TaskAnswer answer, TaskEntry task) => task.Phase switch
    {
        TaskPhase.Recording or TaskPhase.Overdue => answer.Stage == AnswerStage.Recorded,
        _ when answer.Round != task.Round => false,
        TaskPhase.Collecting => answer.Stage == AnswerStage.Planned,
        TaskPhase.Authorising => answer.Stage is AnswerStage.Authorised or AnswerStage.Withdrawn,
        TaskPhase.Staged => answer.Stage == AnswerStage.Withdrawn,
        TaskPhase.Confirming => answer.Stage is AnswerStage.Confirmed or AnswerStage.Withdrawn,
        _ => false,
    };

    /// <summary>Lets the receiver of a proof follow the sender's chain into the epoch of the proof first.</summary>
    private async Task AdvanceAsync(HostedChain from, HostedChain to, ChainClient client, CancellationToken cancellationToken)
    {
        ImmutableArray<Handoff> handoffs = from.History.Handoffs;
        while (to.Read().Get<Anchor>(StateKey.Anchor(from.Genesis.Chain)) is { } anchor && anchor.Epoch < handoffs.Length)
        {
            if (await SendAsync(client, new AdvanceAnchor(handoffs[(int)anchor.Epoch]), cancellationToken).ConfigureAwait(false)
                is ReceiptStatus.Invalid)
            {
                return;
            }
        }
    }

    /// <summary>Forgets what was refused for tasks that are closed.</summary>
    private void Forget((Digest Id, TaskEntry Task)[] open)
    {
        if (_refused.Count + _expiryRefused.Count > 0)
        {
            HashSet<Digest> known = [.. open.Select(t => t.Id)];
            foreach (Digest closed in _refused.Keys.Concat(_expiryRefused.Keys).Where(id => !known.Contains(id)).ToArray())
            {
                _refused.Remove(closed);
                _expiryRefused.Remove(closed);
            }
        }
    }

    private long ExpiryOf(Digest id, TaskEntry task) => Math.Max(task.Due, _expiryRefused.GetValueOrDefault(id));

    private static IEnumerable<(Digest Id, TaskEntry Task)> OpenTasks(SealedState tasks) => tasks.Snapshot.Read()
        .Scan<TaskEntry>(StateKey.Tasks)
        .Where(t => t.Value.Phase != TaskPhase.Closed)
        .Select(t => (StateKey.FirstPart(t.Key), t.Value));

    private long? NextDeadline() => _tasks.Sealed is { } tasks
        ? OpenTasks(tasks).Where(t => t.Task.Phase < TaskPhase.Overdue).Min(t => (long?)ExpiryOf(t.Id, t.Task))
        : null;

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
