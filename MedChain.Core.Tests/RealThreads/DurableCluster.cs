using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using MedChain.Core.Storage.Files;
using MedChain.Core.Storage.LiteDb;
using MedChain.Core.Tests.Consensus;
using MedChain.Core.Transport;

namespace MedChain.Core.Tests.RealThreads;

/// <summary>Validators of one chain on real threads with real files in one folder: a log that they share, or one for each, and a block
/// store for each.</summary>
internal sealed class DurableCluster : IAsyncDisposable
{
    private const long SegmentSize = 256 * 1024;
    private static readonly LiteDbLimits StoreLimits = new(MaxPending: 1 << 20, MaxLog: 512 * 1024, MaxWriteSets: 1 << 20);

    private readonly string _folder;
    private readonly Func<int, IDisk> _diskOf;
    private readonly bool _sharedLog;
    private readonly SigningKey[] _keys;
    private readonly InProcessNetwork _network;
    private readonly SignatureCache _cache = new();
    private readonly FileConsensusLog?[] _logs;
    private readonly LiteDbBlockStore?[] _stores;

    public DurableCluster(int count, string folder, Func<int, IDisk> diskOf, bool sharedLog = true)
    {
        (_folder, _diskOf, _sharedLog) = (folder, diskOf, sharedLog);
        _keys = [.. Enumerable.Range(0, count)
            .Select(i => SigningKey.FromSeed([.. Enumerable.Repeat((byte)(i + 1), SigningKey.SeedSize)]))];
        Validators = new ValidatorSet(
            [.. _keys.Select(k => new Validator(k.PublicKey, default, MachineHarness.OperatorKeyOf(k.PublicKey)))]);
        _network = new InProcessNetwork();
        _logs = new FileConsensusLog?[count];
        _stores = new LiteDbBlockStore?[count];
        Engines = new CbftEngine?[count];
        Machines = new ChainingStateMachine[count];
    }

    public static ChainId Chain { get; } = new(Digest.Of("durable cluster"u8));

    public ValidatorSet Validators { get; }

    public CbftEngine?[] Engines { get; }

    public ChainingStateMachine[] Machines { get; }

    /// <summary>Gets who is told of a validator's delivered blocks.</summary>
    public Action<int, DeliveredBlock>? OnDelivered { get; init; }

    public Action<int, Evidence>? OnEvidence { get; init; }

    /// <summary>Gets whether every statement that leaves a validator is written down, in <see cref="VotesFile"/>.</summary>
    public bool RecordsVotes { get; init; }

    public string VotesFile(int index) => Path.Combine(_folder, $"votes-{index}.txt");

    /// <summary>Opens the stores of a validator and starts it. Its state machine is new and executes all blocks again.</summary>
    public async Task StartAsync(int index)
    {
        OpenStores(index);
        Machines[index] = new ChainingStateMachine();
        ITransport transport = _network.Connect(_keys[index].PublicKey);
        Engines[index] = await CbftEngine.StartAsync(new CbftEngineOptions
        {
            Chain = Chain,
            Validators = Validators,
            SigningKey = _keys[index],
            Transport = RecordsVotes ? new VoteRecorder(transport, VotesFile(index)) : transport,
            Log = LogOf(index)!,
            LogStream = $"validator-{index}",
            BlockStore = _stores[index]!,
            StateMachine = Machines[index],
            Limits = new CbftLimits { SlotTimeout = TimeSpan.FromMilliseconds(500), ResendInterval = TimeSpan.FromMilliseconds(100) },
            SignatureCache = _cache,
            OnDelivered = block => OnDelivered?.Invoke(index, block),
            OnEvidence = evidence => OnEvidence?.Invoke(index, evidence),
        });
    }

    public async Task StartAllAsync()
    {
        for (int i = 0; i < Engines.Length; i++)
        {
            await StartAsync(i);
        }
    }

    /// <summary>Opens a validator's stores without starting it.</summary>
    public LiteDbBlockStore OpenStores(int index)
    {
        int log = _sharedLog ? 0 : index;
        _logs[log] ??= new FileConsensusLog(Path.Combine(_folder, $"log-{log}"), _diskOf(index), SegmentSize);
        return _stores[index] ??= new LiteDbBlockStore(Path.Combine(_folder, $"blocks-{index}.db"), _diskOf(index), StoreLimits);
    }

    /// <summary>Stops a validator and closes what is its own.</summary>
    public async Task StopAsync(int index)
    {
        if (Engines[index] is { } engine)
        {
            Engines[index] = null;
            await engine.DisposeAsync();
        }

        if (_stores[index] is { } store)
        {
            _stores[index] = null;
            await store.DisposeAsync();
        }

        if (!_sharedLog && _logs[index] is { } log)
        {
            _logs[index] = null;
            await log.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (int i = 0; i < Engines.Length; i++)
        {
            await StopAsync(i);
        }

        foreach (FileConsensusLog log in _logs.OfType<FileConsensusLog>())
        {
            await log.DisposeAsync();
        }

        foreach (SigningKey key in _keys)
        {
            key.Dispose();
        }
    }

    private FileConsensusLog? LogOf(int index) => _logs[_sharedLog ? 0 : index];
}
