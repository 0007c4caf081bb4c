using MedChain.Core.Blocks;
using MedChain.Core.Clients;
using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Nodes;

namespace MedChain.Core;

/// <summary>A whole network in one process: account chains, one transaction chain, and the relays between them. Thread safe.</summary>
/// <remarks>One process is one trust domain, so its validators share verified signatures and one log. Institutions that do not trust one
/// another run their validators apart, from the same parts.</remarks>
public sealed class MedChainNetwork : IAsyncDisposable
{
    private readonly NetworkStores _stores;
    private readonly Dictionary<string, NetworkChain> _chains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AccountChainClient> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<AccountChain>> _accountValidators = new(StringComparer.Ordinal);
    private readonly LiveList<TransactionChain> _transactionValidators = new();

    /// <summary>The validators of all account chains.</summary>
    private readonly LiveList<AccountChain> _sources = new();

    private readonly SemaphoreSlim _changes = new(1);
    private readonly List<Relay> _relays = [];
    private readonly MedChainNetworkOptions _options;
    private readonly ProcessCaches _caches = new();
    private readonly List<HolderKeys> _relayKeys = [];
    private int _disposed;

    private MedChainNetwork(MedChainNetworkOptions options, NetworkStores stores)
    {
        _options = options;
        _stores = stores;
        Transactions = null!;
    }

    /// <summary>Gets each account chain's client by the chain's name.</summary>
    public IReadOnlyDictionary<string, AccountChainClient> Accounts => _accounts;

    /// <summary>Gets the transaction chain's client.</summary>
    public TransactionChainClient Transactions { get; private set; }

    /// <summary>Gets the validators of the account chains that run here, by the chain's name. The lists follow starts and stops.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<AccountChain>> AccountValidators => _accountValidators;

    /// <summary>Gets the validators of the transaction chain that run here. The list follows starts and stops.</summary>
    public IReadOnlyList<TransactionChain> TransactionValidators => _transactionValidators;

    /// <summary>Starts the network, or goes on where it stopped.</summary>
    /// <param name="options">What to start.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <returns>The running network.</returns>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    /// <exception cref="Storage.StorageException">The data directory is in use, belongs to another network, or is damaged; nothing in it
    /// was changed.</exception>
    public static async Task<MedChainNetwork> StartAsync(MedChainNetworkOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var network = new MedChainNetwork(options, NetworkStores.Open(options));
        try
        {
            await network.StartAsync(cancellationToken).ConfigureAwait(false);
            return network;
        }
        catch
        {
            await network.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Checks both kinds of chain from genesis: every validator's blocks, certificates and roots; the state by executing all
    /// blocks again; and the stored ciphertext against its commitments.</summary>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>One report for each chain.</returns>
    public async Task<IReadOnlyList<ChainVerification>> VerifyAsync(CancellationToken cancellationToken = default)
    {
        LedgerValidator[][] chains =
        [
            .. _accountValidators.Values.Select(chain => chain.Select(v => v.Validator).ToArray()),
            [.. TransactionValidators.Select(v => v.Validator)],
        ];
        var reports = new List<ChainVerification>();
        foreach (LedgerValidator[] chain in chains)
        {
            reports.Add(await ChainCheck.RunAsync(chain, cancellationToken).ConfigureAwait(false));
        }

        return reports;
    }

    /// <summary>Gets the public keys of one of a chain's validators; they are made when there are none. So a validator that is to join can
    /// be named in a <see cref="ValidatorChange"/> before it runs.</summary>
    /// <param name="chain">The chain's name.</param>
    /// <param name="number">The validator's number in this network, 0 to 9,999. Those of the genesis have the first ones.</param>
    /// <returns>The keys.</returns>
    /// <exception cref="ArgumentException">There is no such chain, or the number is out of its range.</exception>
    /// <exception cref="Storage.StorageException">The keys cannot be read or stored.</exception>
    public Validator ValidatorKeysOf(string chain, int number) => ChainOf(chain, number).PublicKeysOf(number);

    /// <summary>Starts one more validator of an account chain. It learns the chain, and votes in the epochs whose validators it is one
    /// of; before and after, it only follows. A network that starts again on its data directory starts it too.</summary>
    /// <param name="chain">The chain's name.</param>
    /// <param name="number">The validator's number, as for <see cref="ValidatorKeysOf"/>.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <returns>The running validator.</returns>
    /// <exception cref="ArgumentException">There is no such account chain, or the number is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The validator runs, or was stopped since the network started.</exception>
    /// <exception cref="Storage.StorageException">A store is damaged or cannot be opened.</exception>
    public Task<AccountChain> StartAccountValidatorAsync(string chain, int number, CancellationToken cancellationToken = default)
    {
        NetworkChain found = ChainOf(chain, number);
        AccountChainClient client = _accounts.GetValueOrDefault(chain)
            ?? throw new ArgumentException($"'{chain}' is no account chain; it is the transaction chain.", nameof(chain));
        return ChangeAsync(
            async () =>
            {
                AccountChain started = await StartAccountAsync(found, number, cancellationToken).ConfigureAwait(false);
                ((LiveList<AccountChain>)_accountValidators[chain]).Add(started);
                client.Add(started);
                return started;
            },
            cancellationToken);
    }

    /// <summary>Starts one more validator of the transaction chain, as <see cref="StartAccountValidatorAsync"/>.</summary>
    /// <param name="number">The validator's number, as for <see cref="ValidatorKeysOf"/>.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <returns>The running validator.</returns>
    /// <exception cref="ArgumentException">The number is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The validator runs, or was stopped since the network started.</exception>
    /// <exception cref="Storage.StorageException">A store is damaged or cannot be opened.</exception>
    public Task<TransactionChain> StartTransactionValidatorAsync(int number, CancellationToken cancellationToken = default)
    {
        NetworkChain found = ChainOf(_options.TransactionChain, number);
        return ChangeAsync(
            async () =>
            {
                TransactionChain started = await StartTransactionAsync(found, number, cancellationToken).ConfigureAwait(false);
                _transactionValidators.Add(started);
                Transactions.Chain.Add(started.Validator);
                return started;
            },
            cancellationToken);
    }

    /// <summary>Stops a validator, for example one that a change has removed. Its folder stays, and it starts again with the
    /// network.</summary>
    /// <param name="chain">The chain's name.</param>
    /// <param name="number">The validator's number, as for <see cref="ValidatorKeysOf"/>.</param>
    /// <param name="cancellationToken">Stops waiting for another start or stop.</param>
    /// <returns>Done when its files are closed.</returns>
    /// <exception cref="ArgumentException">There is no such chain, or the number is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The validator does not run, or it is the chain's last one in this process.</exception>
    /// <remarks>The chain goes on while a quorum runs: stop those that are still validators one at a time. A record's key is shared
    /// among those who were the chain's validators when it was stored: while fewer of these run than a quorum, it cannot be
    /// read.</remarks>
    public Task StopValidatorAsync(string chain, int number, CancellationToken cancellationToken = default)
    {
        NetworkChain found = ChainOf(chain, number);
        return ChangeAsync(
            async () =>
            {
                IAsyncDisposable validator = found.Find(number);
                int running = validator is AccountChain ? _accountValidators[chain].Count : _transactionValidators.Count;
                if (running == 1)
                {
                    throw new InvalidOperationException(
                        $"Validator {number} is the last one of chain '{chain}' in this process; dispose the network instead.");
                }

                await found.StopAsync(number).ConfigureAwait(false);
                Forget(chain, validator);
                return running;
            },
            cancellationToken);
    }

    /// <summary>Stops everything; what was acknowledged is stored.</summary>
    /// <returns>Done when all files are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // Whoever gets its turn from here on finds the network disposed.
        await _changes.WaitAsync().ConfigureAwait(false);
        _changes.Release();

        foreach (Relay relay in _relays)
        {
            await relay.DisposeAsync().ConfigureAwait(false);
        }

        foreach (AccountChainClient client in _accounts.Values)
        {
            client.Dispose();
        }

        Transactions?.Dispose();
        foreach (NetworkChain chain in _chains.Values.Reverse())
        {
            await chain.StopAllAsync().ConfigureAwait(false);
        }

        _relayKeys.ForEach(k => k.Dispose());
        _relayKeys.Clear();
        await _stores.DisposeAsync().ConfigureAwait(false);
        _changes.Dispose();
    }

    private void Forget(string chain, IAsyncDisposable validator)
    {
        switch (validator)
        {
            case AccountChain account:
                ((LiveList<AccountChain>)_accountValidators[chain]).Remove(account);
                _sources.Remove(account);
                _accounts[chain].Remove(account);
                break;
            case TransactionChain transaction:
                _transactionValidators.Remove(transaction);
                Transactions.Chain.Remove(transaction.Validator);
                break;
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (string name in _options.AccountChains)
        {
            NetworkChain chain = Open(ChainKind.Account, name);
            var validators = new LiveList<AccountChain>();
            foreach (int number in chain.KnownNumbers())
            {
                validators.Add(await StartAccountAsync(chain, number, cancellationToken).ConfigureAwait(false));
            }

            _accountValidators.Add(name, validators);
            _accounts.Add(name, new AccountChainClient(
                validators, Administrator(name), _stores.Keys, _options.TimeProvider, _options.Software));
        }

        NetworkChain tasks = Open(ChainKind.Transaction, _options.TransactionChain);
        foreach (int number in tasks.KnownNumbers())
        {
            _transactionValidators.Add(await StartTransactionAsync(tasks, number, cancellationToken).ConfigureAwait(false));
        }

        Transactions = new TransactionChainClient(
            _transactionValidators, Administrator(_options.TransactionChain), _stores.Keys, _options.TimeProvider);
        await Task.WhenAll(_accounts.Values.Select(a => ConnectAsync(a, cancellationToken))).ConfigureAwait(false);
        foreach (AccountChainClient accounts in _accounts.Values)
        {
            // A key for each relay: with one key they would take each other's nonces.
            var keys = _stores.Keys.GetOrCreate(_options.TransactionChain, "relay/" + accounts.Genesis.Name);
            _relayKeys.Add(keys);
            _relays.Add(new Relay(Transactions.Chain, accounts.Chain, keys.Signing, _options.TimeProvider));
        }
    }

    private async Task ConnectAsync(AccountChainClient accounts, CancellationToken cancellationToken)
    {
        await Transactions.AnchorAsync(accounts.Genesis, cancellationToken).ConfigureAwait(false);
        await accounts.AnchorAsync(Transactions.Genesis, cancellationToken).ConfigureAwait(false);
    }

    private NetworkChain Open(ChainKind kind, string name)
    {
        var chain = new NetworkChain(kind, name, _options, _stores, _caches);
        _chains.Add(name, chain);
        return chain;
    }

    private async Task<AccountChain> StartAccountAsync(NetworkChain chain, int number, CancellationToken cancellationToken)
    {
        AccountChain started = await chain.StartAsync(
            number, options => AccountChain.StartAsync(options, cancellationToken)).ConfigureAwait(false);
        _sources.Add(started);
        return started;
    }

    private Task<TransactionChain> StartTransactionAsync(NetworkChain chain, int number, CancellationToken cancellationToken) =>
        chain.StartAsync(number, options => TransactionChain.StartAsync(options, _sources, cancellationToken));

    private NetworkChain ChainOf(string name, int number)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, NetworkChain.MaxNumber);
        return _chains.TryGetValue(name, out NetworkChain? chain)
            ? chain
            : throw new ArgumentException($"This network has no chain '{name}'; it has {string.Join(", ", _chains.Keys)}.", nameof(name));
    }

    /// <summary>Makes one change of the running validators after another.</summary>
    private async Task<T> ChangeAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            return await change().ConfigureAwait(false);
        }
        finally
        {
            _changes.Release();
        }
    }

    private HolderKeys Administrator(string chain) => _stores.Keys.GetOrCreate(chain, "administrator");
}
