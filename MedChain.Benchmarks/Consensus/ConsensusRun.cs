using System.Globalization;
using MedChain.Benchmarks.Measuring;
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

/// <summary>All validators of one chain in this process, each with its client, for one run.</summary>
internal sealed class ConsensusRun : IAsyncDisposable
{
    private readonly ConsensusLoad _load;
    private readonly SigningKey[] _keys;
    private readonly LoadClient[] _clients;
    private readonly LoadStateMachine[] _machines;
    private readonly List<IAsyncDisposable> _stores = [];
    private readonly List<CbftEngine> _engines = [];
    private readonly InProcessNetwork _network;

    private ConsensusRun(ConsensusLoad load)
    {
        _load = load;
        _network = new InProcessNetwork(load.Validators);
        _keys = [.. Enumerable.Range(0, load.Validators).Select(_ => SigningKey.Create())];
        var source = new TransactionSource(load);
        var verified = new VerifiedTransactions();
        _clients = [.. Enumerable.Range(0, load.Validators).Select(i => new LoadClient(source, ShareOf(i)))];
        _machines = [.. _clients.Select(c => new LoadStateMachine(load.Signatures, verified, c))];
    }

    /// <summary>Starts the validators, puts them under load, and measures after the warm-up.</summary>
    /// <exception cref="InvalidOperationException">A validator stopped, or nothing was committed.</exception>
    public static async Task<ConsensusFigures> MeasureAsync(ConsensusLoad load)
    {
        await using var run = new ConsensusRun(load);
        await run.StartAsync();
        using var stopping = new CancellationTokenSource();
        Task[] work = run.SubmitAll(stopping.Token);
        Task[] watched = [.. work, .. run._engines.Select(e => e.Completion)];
        try
        {
            await PauseAsync(load.WarmUp, watched);
            return await run.MeasureAsync(watched);
        }
        finally
        {
            await stopping.CancelAsync();
            await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

        foreach (LoadClient client in _clients)
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
                Index = i,
                SigningKey = _keys[i],
                Transport = _network.Connect(i),
                Log = log,
                LogStream = name,
                BlockStore = Track<IBlockStore>(
                    _load.Folder is null ? new MemoryBlockStore() : new LiteDbBlockStore(Path.Combine(_load.Folder, name, "blocks.db"))),
                StateMachine = _machines[i],
                SignatureCache = cache,
                Limits = _load.Limits,
            }));
        }
    }

    private Task[] SubmitAll(CancellationToken cancellationToken)
    {
        var work = new Task[_engines.Count];
        for (int i = 0; i < work.Length; i++)
        {
            (LoadClient client, CbftEngine engine) = (_clients[i], _engines[i]);
            work[i] = Task.Run(() => client.RunAsync(engine, cancellationToken), CancellationToken.None);
        }

        return work;
    }

    private async Task<ConsensusFigures> MeasureAsync(Task[] watched)
    {
        foreach (LoadClient client in _clients)
        {
            client.TakeLatencies();
        }

        (long sealedBefore, long executedBefore, long blocksBefore) = Progress();
        ProcessMeter before = ProcessMeter.Read();
        await PauseAsync(_load.Measured, watched);
        ProcessUse use = ProcessMeter.Read().Since(before);
        (long sealedAfter, long executedAfter, long blocksAfter) = Progress();

        var latencies = new LatencyHistogram();
        foreach (LoadClient client in _clients)
        {
            latencies.Add(client.TakeLatencies());
        }

        if (latencies.Count == 0)
        {
            throw new InvalidOperationException($"Nothing was committed. {string.Join("; ", _engines.Select(e => e.Status))}");
        }

        return new ConsensusFigures
        {
            Committed = sealedAfter - sealedBefore,
            Executed = executedAfter - executedBefore,
            Blocks = blocksAfter - blocksBefore,
            Use = use,
            Latencies = latencies,
            DroppedMessages = _engines.Sum(e => e.Status.DroppedMessages) + _network.DroppedMessages,
            Views = _engines.Max(e => e.Status.View.Value),
            Flushes = _load.Folder is { } folder ? FlushProbe.Measure(folder) : null,
        };
    }

    private (long Sealed, long Executed, long Blocks) Progress() =>
        (_clients.Sum(c => c.Sealed), _machines[0].Executed, _machines[0].Height.Value);

    /// <summary>Lets time pass; what fails meanwhile ends the run at once.</summary>
    private static async Task PauseAsync(TimeSpan duration, Task[] watched)
    {
        var pause = Task.Delay(duration);
        Task first = await Task.WhenAny([pause, .. watched]);
        await first;
        if (first != pause)
        {
            throw new InvalidOperationException("A validator stopped during the run.");
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
