using MedChain.Core.Blocks;
using MedChain.Core.Keys;
using MedChain.Core.Ledger;
using MedChain.Core.Nodes;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Storage.Memory;
using MedChain.Core.Transport;

namespace MedChain.Core;

/// <summary>One chain of a network: its genesis, what its validators in this process share, and those of them that run, by number. One
/// change at a time.</summary>
internal sealed class NetworkChain
{
    /// <summary>Highest number of a validator: one process does not get near it.</summary>
    public const int MaxNumber = 9_999;

    private const int MaxContacts = 16;

    private readonly ChainKind _kind;
    private readonly MedChainNetworkOptions _options;
    private readonly NetworkStores _stores;
    private readonly ProcessCaches _caches;
    private readonly InProcessNetwork _network = new();
    private readonly IBlobStore _blobs;
    private readonly SortedDictionary<int, NetworkValidator> _running = [];
    private readonly HashSet<int> _stopped = [];

    /// <exception cref="StorageException">The keys or the blob store cannot be opened.</exception>
    public NetworkChain(ChainKind kind, string name, MedChainNetworkOptions options, NetworkStores stores, ProcessCaches caches)
    {
        _kind = kind;
        _options = options;
        _stores = stores;
        _caches = caches;
        using HolderKeys administrator = stores.Keys.GetOrCreate(name, "administrator");
        Genesis = new Genesis(
            kind,
            name,
            new ValidatorSet([.. Enumerable.Range(0, options.ValidatorsPerChain).Select(i => PublicKeysOf(name, i))]),
            administrator.Signing.PublicKey,
            administrator.Agreement.PublicKey);
        _blobs = stores.OpenBlobs(name);
    }

    public Genesis Genesis { get; }

    private bool HasHybridKeys => _options.HybridCustody && _kind == ChainKind.Account;

    /// <summary>The numbers of the genesis' validators and of those that ran in this folder before.</summary>
    public int[] KnownNumbers() =>
        [.. Enumerable.Range(0, Genesis.Validators.Count).Union(_stores.ValidatorsOf(Genesis.Name)).Order()];

    /// <summary>A validator's public keys; they are made when there are none.</summary>
    public Validator PublicKeysOf(int number) => PublicKeysOf(Genesis.Name, number);

    /// <summary>Starts a validator.</summary>
    /// <exception cref="InvalidOperationException">It runs, or it ran before: a log gives a stream's records away once.</exception>
    public async Task<T> StartAsync<T>(int number, Func<ChainValidatorOptions, Task<T>> start)
        where T : IAsyncDisposable
    {
        if (_running.ContainsKey(number))
        {
            throw new InvalidOperationException($"Validator {number} of chain '{Genesis.Name}' runs already.");
        }

        if (_stopped.Contains(number))
        {
            throw new InvalidOperationException(
                $"Validator {number} of chain '{Genesis.Name}' was stopped; start the network again to start it again.");
        }

        var keys = ValidatorKeys.Load(_stores.Keys, Genesis.Name, number, HasHybridKeys);
        ITransport transport = _network.Connect(keys.Voting.PublicKey);
        NetworkValidator? opened = null;
        try
        {
            opened = new NetworkValidator(keys, transport, Describe(number, keys, transport));
            T started = await start(opened.Options).ConfigureAwait(false);
            opened.Running = started;
            _running.Add(number, opened);
            return started;
        }
        catch
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            keys.Dispose();
            if (opened is not null)
            {
                await CloseStoresAsync(opened.Options).ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>The validator that runs under a number.</summary>
    /// <exception cref="InvalidOperationException">None does.</exception>
    public IAsyncDisposable Find(int number) => _running.TryGetValue(number, out NetworkValidator? validator)
        ? validator.Running!
        : throw new InvalidOperationException($"Validator {number} of chain '{Genesis.Name}' does not run in this process.");

    /// <summary>Stops a validator and closes its files; its folder stays.</summary>
    public async Task StopAsync(int number)
    {
        _running.Remove(number, out NetworkValidator? validator);
        _stopped.Add(number);
        await validator!.Running!.DisposeAsync().ConfigureAwait(false);
        await validator.Transport.DisposeAsync().ConfigureAwait(false);
        validator.Keys.Dispose();
        await CloseStoresAsync(validator.Options).ConfigureAwait(false);
    }

    public async Task StopAllAsync()
    {
        foreach (int number in _running.Keys.Reverse().ToArray())
        {
            await StopAsync(number).ConfigureAwait(false);
        }
    }

    private ChainValidatorOptions Describe(int number, ValidatorKeys keys, ITransport transport) => new()
    {
        Genesis = Genesis,
        Index = number < Genesis.Validators.Count ? number : ChainValidatorOptions.Joining,
        Contacts = [.. Contacts(number)],
        Limits = _options.Limits,
        VotingKey = keys.Voting,
        CustodyKey = keys.Custody,
        HybridCustodyKey = keys.HybridCustody,
        OperatorKey = keys.Operator,
        Transport = transport,
        ConsensusLog = _stores.ConsensusLog,
        BlockStore = _stores.OpenBlocks(Genesis.Name, number),
        StateStore = _stores.OpenState(Genesis.Name, number),
        BlobStore = _blobs,
        CustodyStore = Genesis.Kind == ChainKind.Account ? _stores.OpenCustody(Genesis.Name, number) : new MemoryBlobStore(),
        TimeProvider = _options.TimeProvider,
        Caches = _caches,
        OnTaskAbandoned = _options.OnTaskAbandoned,
        DoubleCheckDecisions = _options.DoubleCheckDecisions,
    };

    /// <summary>Later validators of this process: the first ones may be gone when one of these joins or starts again.</summary>
    private IEnumerable<PublicKey> Contacts(int number) => KnownNumbers()
        .Where(n => n >= Genesis.Validators.Count && n != number)
        .TakeLast(MaxContacts)
        .Select(n => PublicKeysOf(n).VotingKey);

    private Validator PublicKeysOf(string name, int number)
    {
        using var keys = ValidatorKeys.Load(_stores.Keys, name, number, HasHybridKeys);
        return keys.ToValidator();
    }

    private async Task CloseStoresAsync(ChainValidatorOptions options)
    {
        await _stores.CloseAsync(options.BlockStore).ConfigureAwait(false);
        await _stores.CloseAsync(options.StateStore).ConfigureAwait(false);
        await _stores.CloseAsync(options.CustodyStore).ConfigureAwait(false);
    }

    /// <summary>A validator and what was opened for it.</summary>
    private sealed record NetworkValidator(ValidatorKeys Keys, ITransport Transport, ChainValidatorOptions Options)
    {
        public IAsyncDisposable? Running { get; set; }
    }
}
