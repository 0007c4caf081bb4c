using System.Globalization;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Cryptography;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Storage.Files;
using MedChain.Core.Storage.LiteDb;
using MedChain.Core.Storage.Memory;
using MedChain.Core.Transport;

namespace MedChain.Benchmarks.Consensus;

/// <summary>All validators of one chain in this process, each with its client.</summary>
internal sealed class ConsensusCluster : IAsyncDisposable
{
    private readonly ConsensusLoad _load;
    private readonly SigningKey[] _keys;
    private readonly LoadStateMachine[] _machines;
    private readonly List<IAsyncDisposable> _stores = [];
    private readonly List<CbftEngine> _engines = [];
    private readonly InProcessNetwork _network;

    private ConsensusCluster(ConsensusLoad load)
    {
        _load = load;
        _network = new InProcessNetwork();
        _keys = [.. Enumerable.Range(0, load.Validators).Select(_ => SigningKey.Create())];
        var source = new TransactionSource(load);
        var verified = new VerifiedTransactions();
        Clients = [.. Enumerable.Range(0, load.Validators).Select(i => new LoadClient(source, ShareOf(i)))];
        _machines = [.. Clients.Select(c => new LoadStateMachine(load.Signatures, verified, c))];
    }

    public IReadOnlyList<LoadClient> Clients { get; }

    public IReadOnlyList<CbftEngine> Engines => _engines;

    /// <summary>Gets the messages that queues dropped since the start.</summary>
    public long DroppedMessages => _engines.Sum(e => e.Status.DroppedMessages) + _network.DroppedMessages;

    /// <summary>Gets what was sealed by all clients' count, and what validator 0 executed, in how many blocks.</summary>
    public (long Sealed, long Executed, long Blocks) Progress =>
        (Clients.Sum(c => c.Sealed), _machines[0].Executed, _machines[0].Height.Value);

    public static async Task<ConsensusCluster> StartAsync(ConsensusLoad load)
    {
        var cluster = new ConsensusCluster(load);
        try
        {
            await cluster.StartAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts all clients.</summary>
    /// <returns>One task for each; it ends with an error when its client or is cancelled.</returns>
    public Task[] SubmitAll(CancellationToken cancellationToken)
    {
        var work = new Task[_engines.Count];
        for (int i = 0; i < work.Length; i++)
        {
            (LoadClient client, CbftEngine engine) = (Clients[i], _engines[i]);
            work[i] = Task.Run(() => client.RunAsync(engine, cancellationToken), CancellationToken.None);
        }

        return work;
    }

    /// <summary>Lets time pass; what fails meanwhile ends the run at once.</summary>
    /// <exception cref="InvalidOperationException">A validator stopped.</exception>
    public static async Task PauseAsync(TimeSpan duration, IEnumerable<Task> watched)
    {
        var pause = Task.Delay(duration);
        Task first = await Task.WhenAny([pause, .. watched]);
        await first;
        if (first != pause)
        {
            throw new InvalidOperationException("A validator stopped during the run.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (CbftEngine engine in _engines)
        {
            await engine.DisposeAsync();
        }

        foreach (IAsyncDisposable store in _stores)
        {
            await store.DisposeAsync();
        }

        foreach (SigningKey key in _keys)
        {
            key.Dispose();
        }

        foreach (LoadClient client in Clients)
        {
            client.Dispose();
        }
    }

    private async Task StartAsync()
    {
        var set = new ValidatorSet([.. _keys.Select(k => new Validator(k.PublicKey, default, SigningKey.Create().PublicKey))]);
        IConsensusLog log = Track<IConsensusLog>(
            _load.Folder is { } folder ? new FileConsensusLog(Path.Combine(folder, "log")) : new MemoryConsensusLog());
        SignatureCache? cache = _load.SharedCache ? new SignatureCache() : null;
        for (int i = 0; i < _load.Validators; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"validator-{i}");
            _engines.Add(await CbftEngine.StartAsync(new CbftEngineOptions
            {
                Chain = new ChainId(Digest.Of([1])),
                Validators = set,
                SigningKey = _keys[i],
                Transport = _network.Connect(_keys[i].PublicKey),
                Log = log,
                LogStream = name,
                BlockStore = Track<IBlockStore>(
                    _load is { Folder: { } parent, Storage: StorageMode.Durable }
                        ? new LiteDbBlockStore(Path.Combine(parent, name, "blocks.db"))
                        : new MemoryBlockStore()),
                StateMachine = _machines[i],
                SignatureCache = cache,
                VouchedVerification = _load.Signatures == SignatureMode.Vouched,
                Limits = _load.Limits,
            }));
        }
    }

    /// <summary>How many of the outstanding transactions go through one validator; none through the last ones when there are fewer than
    /// validators.</summary>
    private int ShareOf(int validator) =>
        (_load.Outstanding / _load.Validators) + (validator < _load.Outstanding % _load.Validators ? 1 : 0);

    private T Track<T>(T store)
        where T : IAsyncDisposable
    {
        _stores.Add(store);
        return store;
    }
}
