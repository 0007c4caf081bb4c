using MedChain.Core.Clients;
using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Nodes;
using MedChain.Core.Transport;

namespace MedChain.Core;

/// <summary>A whole network in one process: account chains, one transaction chain, and the relays between them. Thread safe.</summary>
/// <remarks>One process is one trust domain, so its validators share verified signatures and one log. Institutions that do not trust one
/// another run their validators apart, from the same parts.</remarks>
public sealed class MedChainNetwork : IAsyncDisposable
{
    private readonly NetworkStores _stores;
    private readonly List<IAsyncDisposable> _running = [];
    private readonly Dictionary<string, AccountChainClient> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<AccountChain>> _accountValidators = new(StringComparer.Ordinal);
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

    /// <summary>Gets the validators of the account chains by the chain's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<AccountChain>> AccountValidators => _accountValidators;

    /// <summary>Gets the validators of the transaction chain.</summary>
    public IReadOnlyList<TransactionChain> TransactionValidators { get; private set; } = [];

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

    /// <summary>Stops everything; what was acknowledged is stored.</summary>
    /// <returns>Done when all files are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        foreach (Relay relay in _relays)
        {
            await relay.DisposeAsync().ConfigureAwait(false);
        }

        foreach (AccountChainClient client in _accounts.Values)
        {
            client.Dispose();
        }

        Transactions?.Dispose();
        for (int i = _running.Count - 1; i >= 0; i--)
        {
            await _running[i].DisposeAsync().ConfigureAwait(false);
        }

        _running.Clear();
        _relayKeys.ForEach(k => k.Dispose());
        _relayKeys.Clear();
        await _stores.DisposeAsync().ConfigureAwait(false);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (string name in _options.AccountChains)
        {
            List<AccountChain> validators = [];
            foreach (ChainValidatorOptions validator in Prepare(ChainKind.Account, name))
            {
                validators.Add(Track(await AccountChain.StartAsync(validator, cancellationToken).ConfigureAwait(false)));
            }

            _accountValidators.Add(name, validators);
            _accounts.Add(name, new AccountChainClient(validators, Administrator(name), _stores.Keys, _options.TimeProvider));
        }

        List<TransactionChain> executors = [];
        AccountChain[] sources = [.. _accountValidators.Values.SelectMany(v => v)];
        foreach (ChainValidatorOptions validator in Prepare(ChainKind.Transaction, _options.TransactionChain))
        {
            executors.Add(Track(await TransactionChain.StartAsync(validator, sources, cancellationToken).ConfigureAwait(false)));
        }

        TransactionValidators = executors;
        Transactions = new TransactionChainClient(executors, Administrator(_options.TransactionChain), _stores.Keys, _options.TimeProvider);
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

    /// <summary>Opens a chain's keys and stores; each validator's when its options are taken.</summary>
    private IEnumerable<ChainValidatorOptions> Prepare(ChainKind kind, string name)
    {
        List<ValidatorKeys> keys =
        [
            .. Enumerable.Range(0, _options.ValidatorsPerChain).Select(i => Track(ValidatorKeys.Load(_stores.Keys, name, i))),
        ];
        using HolderKeys administrator = Administrator(name);
        var genesis = new Genesis(
            kind,
            name,
            new Blocks.ValidatorSet([.. keys.Select(k => k.ToValidator())]),
            administrator.Signing.PublicKey,
            administrator.Agreement.PublicKey);
        var network = new InProcessNetwork();
        Storage.IBlobStore blobs = _stores.OpenBlobs(name);
        for (int i = 0; i < keys.Count; i++)
        {
            yield return new ChainValidatorOptions
            {
                Genesis = genesis,
                Index = i,
                VotingKey = keys[i].Voting,
                CustodyKey = keys[i].Custody,
                OperatorKey = keys[i].Operator,
                Transport = Track(network.Connect(keys[i].Voting.PublicKey)),
                ConsensusLog = _stores.ConsensusLog,
                BlockStore = _stores.OpenBlocks(name, i),
                StateStore = _stores.OpenState(name, i),
                BlobStore = blobs,
                CustodyStore = kind == ChainKind.Account ? _stores.OpenCustody(name, i) : new Storage.Memory.MemoryBlobStore(),
                TimeProvider = _options.TimeProvider,
                Caches = _caches,
                OnTaskAbandoned = _options.OnTaskAbandoned,
                DoubleCheckDecisions = _options.DoubleCheckDecisions,
            };
        }
    }

    private HolderKeys Administrator(string chain) => _stores.Keys.GetOrCreate(chain, "administrator");

    private T Track<T>(T running)
        where T : IAsyncDisposable
    {
        _running.Add(running);
        return running;
    }
}
