using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>A reviewer's side of the transaction chain: approves or rejects tasks before any account chain is asked. Thread safe.</summary>
public sealed class Reviewer : IDisposable
{
    private readonly HostedChain _chain;
    private readonly HolderKeys _keys;
    private readonly ChainClient _client;

    internal Reviewer(string handle, HostedChain chain, HolderKeys keys, TimeProvider time)
    {
        Handle = handle;
        _chain = chain;
        _keys = keys;
        _client = new ChainClient(chain.Genesis, chain.Validators, keys.Signing, time);
    }

    /// <summary>Gets the host's name for the reviewer; never on a chain.</summary>
    public string Handle { get; }

    /// <summary>Gets the reviewer's account on the transaction chain.</summary>
    public AccountId Id => _client.Account;

    /// <summary>Gets the tasks that wait for this reviewer's word, in ascending order of their identifiers.</summary>
    public IReadOnlyList<TaskProposal> Waiting =>
    [
        .. _chain.Read().Scan<TaskEntry>(StateKey.Tasks)
            .Where(t => TaskReviews.IsAsked(t.Value, Id))
            .Select(t => TaskProposal.Of(StateKey.FirstPart(t.Key), t.Value)),
    ];

    /// <summary>Approves a task. With enough approvals it is announced to executors.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The task does not wait for this reviewer.</exception>
    public Task ApproveAsync(Digest task, CancellationToken cancellationToken = default) =>
        ReviewAsync(task, approves: true, cancellationToken);

    /// <summary>Rejects a task. When too few are left to approve it, it ends; its record says so on every account chain that it asked
    /// for.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The task does not wait for this reviewer.</exception>
    public Task RejectAsync(Digest task, CancellationToken cancellationToken = default) =>
        ReviewAsync(task, approves: false, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _keys.Dispose();
    }

    private async Task ReviewAsync(Digest task, bool approves, CancellationToken cancellationToken) => RefusedException.ThrowIfNotApplied(
        await _client.SendAsync(new ReviewTask(task, approves), [], cancellationToken).ConfigureAwait(false));
}
