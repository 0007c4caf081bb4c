using MedChain.Core.Computations;
using MedChain.Core.Computing;
using MedChain.Core.Cryptography;
using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>A researcher's side: submits computing tasks and opens their results. Thread safe.</summary>
public sealed class Researcher : IDisposable
{
    /// <summary>How long a task lives unless its researcher says otherwise.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);

    private readonly HostedChain _chain;
    private readonly HolderKeys _keys;
    private readonly ChainClient _client;
    private readonly TimeProvider _time;

    internal Researcher(string handle, HostedChain chain, HolderKeys keys, TimeProvider time)
    {
        Handle = handle;
        _chain = chain;
        _keys = keys;
        _time = time;
        _client = new ChainClient(chain.Genesis, chain.Validators, keys.Signing, time);
        Contracts = new ContractClient(chain, _client, AccountKind.Researcher);
    }

    /// <summary>Gets the host's name for the researcher; never on a chain.</summary>
    public string Handle { get; }

    /// <summary>Gets the researcher's account on the transaction chain.</summary>
    public AccountId Id => _client.Account;

    /// <summary>Gets the account's side of the chain's contracts.</summary>
    public ContractClient Contracts { get; }

    /// <summary>Submits a task and waits until it is closed: its operation record is on every account chain asked.</summary>
    /// <param name="computation">What to compute.</param>
    /// <param name="purpose">HL7 v3 purpose of use, such as "HRESCH".</param>
    /// <param name="minimumCohort">Fewest patients the result may be about; 2 or more.</param>
    /// <param name="chains">The account chains to ask; all that the transaction chain knows when omitted.</param>
    /// <param name="lifetime">How long the task may take, at most a week; default <see cref="DefaultLifetime"/>.</param>
    /// <param name="cancellationToken">Stops waiting, not the task.</param>
    /// <returns>What became of it; a task that is not permitted is an outcome, not an exception.</returns>
    /// <exception cref="RefusedException">The task itself is wrong.</exception>
    public async Task<TaskReceipt> SubmitAsync(
        Computation computation,
        string purpose,
        int minimumCohort = TaskRequest.LeastCohort,
        IReadOnlyCollection<ChainId>? chains = null,
        TimeSpan? lifetime = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(computation);
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumCohort, TaskRequest.LeastCohort);
        var id = new Digest(SecureRandom.Bytes(Digest.Size));
        var request = new TaskRequest(
            computation,
            purpose,
            minimumCohort,
            (_time.GetUtcNow() + (lifetime ?? DefaultLifetime)).ToUnixTimeMilliseconds(),
            [.. (chains ?? KnownChains()).Distinct().OrderBy(c => c.Value)]);
        if (request.Problem() is { } problem)
        {
            throw new ArgumentException(problem);
        }

        RefusedException.ThrowIfNotApplied(
            await _client.SendAsync(new ProposeTask(id, request), [], cancellationToken).ConfigureAwait(false));
        return await WaitAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until one of the researcher's tasks is closed, or an account chain has not acknowledged its record for a week; for
    /// instance for one submitted before a restart.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="ArgumentException">There is no such task of this researcher.</exception>
    /// <exception cref="InvalidOperationException">The network has stopped.</exception>
    public async Task<TaskReceipt> WaitAsync(Digest task, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task next = _chain.NextSeal();
            TaskEntry? entry = _chain.Read().Get<TaskEntry>(StateKey.Task(task));
            if (entry is null || entry.Researcher != Id)
            {
                throw new ArgumentException($"There is no task {task} of this researcher on '{_chain.Genesis.Name}'.", nameof(task));
            }

            if (entry.Phase is TaskPhase.Closed or TaskPhase.Overdue)
            {
                return await ReceiptAsync(task, entry, cancellationToken).ConfigureAwait(false);
            }

            _chain.ThrowIfStopped();
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _keys.Dispose();
    }

    private IEnumerable<ChainId> KnownChains() =>
        _chain.Read().Scan<Anchor>(StateKey.Anchors).Select(a => new ChainId(StateKey.FirstPart(a.Key)));

    private async Task<TaskReceipt> ReceiptAsync(Digest id, TaskEntry task, CancellationToken cancellationToken)
    {
        bool isReleased = task.Outcome == TaskOutcome.Released;
        return new TaskReceipt(
            id,
            task.Outcome,
            isReleased ? task.Answers.Sum(a => a.Count) : 0,
            isReleased ? await OpenAsync(id, task, cancellationToken).ConfigureAwait(false) : null,
            task.Finding?.Report,
            [.. task.Asked.Select(e => e.Operator)],
            task.Asked.Count(e => e.HasErased),
            task.Answers.Count(a => a.Acknowledged));
    }

    private async Task<ComputationResult?> OpenAsync(Digest id, TaskEntry task, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? blob = await _chain.Blobs.TryGetAsync(task.Finding!.Sealed, cancellationToken).ConfigureAwait(false);
        return blob is { } bytes
            && Encoding.Canonical.TryDecode(bytes, out Attachment? attachment, out _)
            && ResultSeal.TryOpen(
                _keys.Agreement, _chain.Genesis.Chain, id, attachment.Content.Span, task.Result, out ComputationResult? result)
                ? result
                : null;
    }
}
