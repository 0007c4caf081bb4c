using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using MedChain.Core.Transport;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Institutions on real threads, of which the first four validate in epoch 0. Logs are named by the key, stores belong to the
/// institution.</summary>
internal sealed class EpochEngineCluster : IAsyncDisposable
{
    private const int Institutions = 7;
    private readonly SigningKey[] _keys = [.. Enumerable.Range(1, Institutions)
        .Select(i => SigningKey.FromSeed([.. Enumerable.Repeat((byte)i, SigningKey.SeedSize)]))];

    private readonly InProcessNetwork _network = new();
    private readonly SignatureCache _cache = new();

    public static ChainId Chain { get; } = new(Digest.Of("epochs"u8));

    public static ValidatorSet Genesis { get; } = ChoosingState.SetOf([0, 1, 2, 3]);

    public CbftEngine?[] Engines { get; } = new CbftEngine?[Institutions];

    /// <summary>Gets what an institution does not send; set before it starts.</summary>
    public Func<ReadOnlyMemory<byte>, bool>?[] Mute { get; } = new Func<ReadOnlyMemory<byte>, bool>?[Institutions];

    public MemoryLog[] Logs { get; } = [.. Enumerable.Range(0, Institutions).Select(_ => new MemoryLog())];

    public MemoryBlockStore[] Stores { get; } = [.. Enumerable.Range(0, Institutions).Select(_ => new MemoryBlockStore())];

    public ChoosingStateMachine[] Machines { get; } = [.. Enumerable.Range(0, Institutions).Select(_ => new ChoosingStateMachine())];

    public async Task StartAsync(params int[] institutions)
    {
        foreach (int i in institutions)
        {
            Engines[i] = await CbftEngine.StartAsync(new CbftEngineOptions
            {
                Chain = Chain,
                Validators = Genesis,
                SigningKey = _keys[i],
                Transport = new MutedTransport(_network.Connect(_keys[i].PublicKey), Mute[i] ?? (_ => false)),
                Log = Logs[i],
                LogStream = $"validator-{i}",
                BlockStore = Stores[i],
                StateMachine = Machines[i],
                SignatureCache = _cache,
                Limits = new CbftLimits
                {
                    SlotTimeout = TimeSpan.FromMilliseconds(400),
                    ResendInterval = TimeSpan.FromMilliseconds(100),
                },
            });
        }
    }

    public async Task StopAsync(int institution)
    {
        await Engines[institution]!.DisposeAsync();
        Engines[institution] = null;
    }

    /// <summary>Gives a choice to several validators, so that one that leaves does not matter.</summary>
    public async Task ChooseAsync(int[] at, params int[] members)
    {
        foreach (int i in at)
        {
            await Engines[i]!.SubmitAsync(ChoosingState.Choice(members));
        }
    }

    public Task WaitForEpochAsync(long epoch, params int[] on) =>
        WaitAsync(() => on.All(i => Engines[i]!.Status.Epoch == epoch), $"Epoch {epoch} on {string.Join(", ", on)}");

    public Task WaitAsync(Func<bool> condition, string what) => Engines.UntilAsync(condition, what);

    public async ValueTask DisposeAsync()
    {
        foreach (CbftEngine engine in Engines.OfType<CbftEngine>())
        {
            await engine.DisposeAsync();
        }

        Array.ForEach(_keys, k => k.Dispose());
    }
}
