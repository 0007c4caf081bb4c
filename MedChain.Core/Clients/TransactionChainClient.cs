using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Ledger.Accounts.People;
using MedChain.Core.Ledger.Tasks;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;

namespace MedChain.Core.Clients;

/// <summary>The operator's side of a transaction chain: registers researchers. Thread safe.</summary>
public sealed class TransactionChainClient : IDisposable
{
    private const string ResearcherPrefix = "researcher/";
    private const string ReviewerPrefix = "reviewer/";

    private readonly IKeyStore _keyStore;
    private readonly TimeProvider _time;
    private readonly HolderKeys _administrator;
    private readonly ChainClient _client;
    private readonly StateReader _reader;

    /// <summary>Initializes the client.</summary>
    /// <param name="validators">The chain's validators in this process.</param>
    /// <param name="administrator">The administrator's keys; the client disposes them.</param>
    /// <param name="keyStore">Where researchers' keys are kept.</param>
    /// <param name="time">The clock; default the system's.</param>
    public TransactionChainClient(
        IReadOnlyList<TransactionChain> validators, HolderKeys administrator, IKeyStore keyStore, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(validators);
        ArgumentNullException.ThrowIfNull(administrator);
        ArgumentNullException.ThrowIfNull(keyStore);
        if (validators.Count == 0)
        {
            throw new ArgumentException("A client needs the chain's validators; pass at least one.", nameof(validators));
        }

        Chain = new HostedChain(validators[0].Genesis, [.. validators.Select(v => v.Validator)]);
        _administrator = administrator;
        _keyStore = keyStore;
        _time = time ?? TimeProvider.System;
        _client = new ChainClient(Chain.Genesis, Chain.Validators, administrator.Signing, _time);
        _reader = new StateReader(Chain, _client);
        Contracts = new ContractClient(Chain, _client, AccountKind.Organisation);
    }

    /// <summary>Gets the chain's genesis: its name, identifier and validators.</summary>
    public Genesis Genesis => Chain.Genesis;

    /// <summary>Gets the height of the last sealed block; 0 before the first.</summary>
    public BlockHeight Height => SealedHeight.Of(Chain);

    /// <summary>Gets the administrator's side of the chain's contracts: only the administrator deploys.</summary>
    public ContractClient Contracts { get; }

    internal HostedChain Chain { get; }

    /// <summary>Registers a researcher, or finds her when she is registered.</summary>
    /// <param name="handle">The host's name for her, 1 to 64 characters; never on the chain.</param>
    /// <param name="roles">Roles that the operator vouches for, such as "accredited-researcher"; at most 16.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The researcher; the caller disposes her.</returns>
    /// <exception cref="Storage.StorageException">Her keys cannot be stored.</exception>
    public async Task<Researcher> RegisterResearcherAsync(
        string handle, IEnumerable<string> roles, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(handle);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(handle.Length, 64, nameof(handle));
        ArgumentNullException.ThrowIfNull(roles);
        HolderKeys keys = _keyStore.GetOrCreate(Genesis.Name, ResearcherPrefix + handle);
        await Registration.RegisterAsync(Chain, _client, AccountKind.Researcher, keys, roles, cancellationToken).ConfigureAwait(false);
        return new Researcher(handle, Chain, keys, _time);
    }

    /// <summary>Suspends an account: it proposes no tasks any more.</summary>
    /// <param name="account">The account.</param>
    /// <param name="reason">Why, at most 4 KiB; stored apart from the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">There is no such account, or it is suspended already.</exception>
    public async Task SuspendAsync(AccountId account, string reason, CancellationToken cancellationToken = default)
    {
        Attachment note = Notes.Of(reason);
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(
            new SuspendAccount(account, note.Commitment), [note], cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Ends a suspension.</summary>
    /// <param name="account">The account.</param>
    /// <param name="reason">Why, at most 4 KiB; stored apart from the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="RefusedException">The account is not suspended.</exception>
    public async Task ReinstateAsync(AccountId account, string reason, CancellationToken cancellationToken = default)
    {
        Attachment note = Notes.Of(reason);
        RefusedException.ThrowIfNotApplied(await _client.SendAsync(
            new ReinstateAccount(account, note.Commitment), [note], cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Registers a reviewer of tasks, or finds her when she is registered. She is asked once <see cref="SetReviewersAsync"/> names
    /// her.</summary>
    /// <param name="handle">The host's name for her, 1 to 64 characters; never on the chain.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The reviewer; the caller disposes her.</returns>
    /// <exception cref="Storage.StorageException">Her keys cannot be stored.</exception>
    public async Task<Reviewer> RegisterReviewerAsync(string handle, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(handle);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(handle.Length, 64, nameof(handle));
        HolderKeys keys = _keyStore.GetOrCreate(Genesis.Name, ReviewerPrefix + handle);
        await Registration.RegisterAsync(Chain, _client, AccountKind.Organisation, keys, [], cancellationToken).ConfigureAwait(false);
        return new Reviewer(handle, Chain, keys, _time);
    }

    /// <summary>Says who must approve tasks that are proposed from now on.</summary>
    /// <param name="needed">How many approvals a task needs; 0 with no reviewers.</param>
    /// <param name="reviewers">Accounts of this chain, at most 64; none to ask nobody.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>Done once a quorum has sealed it.</returns>
    /// <exception cref="ArgumentException">The numbers do not fit each other.</exception>
    /// <exception cref="RefusedException">A reviewer has no account.</exception>
    public async Task SetReviewersAsync(int needed, IEnumerable<AccountId> reviewers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reviewers);
        var panel = new ReviewPanel(needed, [.. reviewers.Distinct().OrderBy(r => r.Value)]);
        if (panel.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(needed));
        }

        RefusedException.ThrowIfNotApplied(
            await _client.SendAsync(new SetReviewers(panel), [], cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Reads an account's entry.</summary>
    /// <param name="account">The account.</param>
    /// <param name="mode">What the answer must be worth. <see cref="ReadMode.Ordered"/> sends a transaction of the administrator's and
    /// waits for it.</param>
    /// <param name="cancellationToken">Stops waiting; a transaction that was sent may still commit.</param>
    /// <returns>The entry, or that there is none, and the height of the state that was read.</returns>
    /// <exception cref="InvalidOperationException">The read must be ordered, and all validators in this process have stopped.</exception>
    public Task<AccountReading> ReadAccountAsync(
        AccountId account, ReadMode mode = ReadMode.Local, CancellationToken cancellationToken = default) =>
        AccountReading.ReadAsync(_reader, account, mode, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _administrator.Dispose();
    }

    internal Task AnchorAsync(Genesis other, CancellationToken cancellationToken) =>
        Registration.AnchorAsync(Chain, _client, other, cancellationToken);
}
