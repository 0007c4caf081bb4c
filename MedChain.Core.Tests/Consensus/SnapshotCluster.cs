using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using MedChain.Core.Storage;
using MedChain.Core.Transport;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Institutions on real threads whose state machines can give their states away; the first four validate in epoch 0.</summary>
internal sealed class SnapshotCluster : IAsyncDisposable
{
    private const int Institutions = 6;
    private static readonly SigningKey[] Keys = [.. Enumerable.Range(0, Institutions)
        .Select(i => SigningKey.FromSeed([.. Enumerable.Repeat((byte)(i + 101), SigningKey.SeedSize)]))];

    private readonly SignatureCache _cache = new();

    public static ChainId Chain { get; } = new(Digest.Of("snapshots"u8));

    public static ValidatorSet Genesis { get; } = SetOf([0, 1, 2, 3]);

    public InProcessNetwork Network { get; } = new();

    public CbftEngine?[] Engines { get; } = new CbftEngine?[Institutions];

    public MemoryLog[] Logs { get; } = [.. Enumerable.Range(0, Institutions).Select(_ => new MemoryLog())];

    public IBlockStore[] Stores { get; } = [.. Enumerable.Range(0, Institutions).Select(_ => new MemoryBlockStore())];

    public TreeStateMachine[] Machines { get; } = [.. Enumerable.Range(0, Institutions).Select(_ => new TreeStateMachine())];

    public CbftLimits Limits { get; set; } = new()
    {
        SlotTimeout = TimeSpan.FromMilliseconds(400),
        ResendInterval = TimeSpan.FromMilliseconds(50),
        CheckpointInterval = 8,
        SnapshotDistance = 16,
    };

    public static ValidatorSet SetOf(IReadOnlyList<int> members) => new(
        [.. members.Select(i => new Validator(Keys[i].PublicKey, default, MachineHarness.OperatorKeyOf(Keys[i].PublicKey)))]);

    public static PublicKey KeyOf(int institution) => Keys[institution].PublicKey;

    public async Task StartAsync(params int[] institutions)
    {
        foreach (int i in institutions)
        {
            Engines[i] = await CbftEngine.StartAsync(new CbftEngineOptions
            {
                Chain = Chain,
                Validators = Genesis,
                SigningKey = Keys[i],
                Transport = Network.Connect(Keys[i].PublicKey),
                Log = Logs[i],
                LogStream = $"validator-{i}",
                BlockStore = Stores[i],
                StateMachine = Machines[i],
                SignatureCache = _cache,
                Limits = Limits,
                OnStateTransferred = header => Assert.That(Machines[i].Height, Is.EqualTo(header.Height)),
            });
        }
    }

    public async Task StopAsync(int institution)
    {
        await Engines[institution]!.DisposeAsync();
        Engines[institution] = null;
    }

    /// <summary>Lets the chain grow by at least so many blocks, each of one transaction.</summary>
    public async Task GrowAsync(int at, int blocks, int first)
    {
        for (int i = 0; i < blocks; i++)
        {
            byte[] transaction = EngineCluster.Transaction(first + i);
            Assert.That(await Engines[at]!.SubmitAsync(transaction), Is.TypeOf<SubmitResult.Accepted>());
            await WaitAsync(() => Machines[at].Holds(transaction), $"Delivery of transaction {first + i}");
        }
    }

    /// <summary>Waits until institutions have the state of another one, with every transaction up to a number.</summary>
    public Task WaitForAsync(int transactions, params int[] institutions) => WaitAsync(
        () => institutions.All(i => Enumerable.Range(1, transactions).All(n => Machines[i].Holds(EngineCluster.Transaction(n)))),
        $"Transactions up to {transactions} on {string.Join(", ", institutions)}");

    public Task WaitAsync(Func<bool> condition, string what) => Engines.UntilAsync(condition, what);

    public async ValueTask DisposeAsync()
    {
        foreach (CbftEngine engine in Engines.OfType<CbftEngine>())
        {
            await engine.DisposeAsync();
        }
    }
}
