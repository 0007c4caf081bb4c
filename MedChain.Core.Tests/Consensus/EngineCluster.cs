using System.Buffers.Binary;
using MedChain.Core.Blocks;
using MedChain.Core.Consensus;
using MedChain.Core.Cryptography;
using MedChain.Core.Primitives;
using MedChain.Core.Transport;
using NUnit.Framework;

namespace MedChain.Core.Tests.Consensus;

/// <summary>Validators of one chain on real threads, with stores in memory that survive a restart.</summary>
internal sealed class EngineCluster : IAsyncDisposable
{
    private readonly SigningKey[] _keys;
    private readonly InProcessNetwork _network;
    private readonly SignatureCache? _cache;

    public EngineCluster(int count, CbftLimits? limits = null, bool sharedCache = true)
    {
        _keys = [.. Enumerable.Range(0, count)
            .Select(i => SigningKey.FromSeed([.. Enumerable.Repeat((byte)(i + 1), SigningKey.SeedSize)]))];
        Validators = new ValidatorSet(
            [.. _keys.Select(k => new Validator(k.PublicKey, default, MachineHarness.OperatorKeyOf(k.PublicKey)))]);
        Chain = new ChainId(Digest.Of([(byte)count]));
        Limits = limits ?? new CbftLimits { SlotTimeout = TimeSpan.FromMilliseconds(400), ResendInterval = TimeSpan.FromMilliseconds(100) };
        _network = new InProcessNetwork();
        _cache = sharedCache ? new SignatureCache() : null;
        Engines = new CbftEngine?[count];
        Logs = [.. Enumerable.Range(0, count).Select(_ => new MemoryLog())];
        Stores = [.. Enumerable.Range(0, count).Select(_ => new MemoryBlockStore())];
        Machines = [.. Enumerable.Range(0, count).Select(_ => new ChainingStateMachine())];
    }

    public ValidatorSet Validators { get; }

    public ChainId Chain { get; }

    public CbftLimits Limits { get; set; }

    public CbftEngine?[] Engines { get; }

    public MemoryLog[] Logs { get; }

    public MemoryBlockStore[] Stores { get; }

    public ChainingStateMachine[] Machines { get; }

    public Action<DeliveredBlock>? OnDelivered { get; set; }

    public FixDurability FixDurability { get; set; }

    public bool VouchedVerification { get; set; }

    /// <summary>Gets or sets what validators do not send.</summary>
    public Func<ReadOnlyMemory<byte>, bool> Mute { get; set; } = _ => false;

    public static byte[] Transaction(long number, int size = 64)
    {
        byte[] transaction = new byte[size];
        BinaryPrimitives.WriteInt64BigEndian(transaction, number);
        return transaction;
    }

    public async Task StartAllAsync()
    {
        for (int i = 0; i < Engines.Length; i++)
        {
            await StartAsync(i);
        }
    }

    public CbftEngineOptions Options(int index) => new()
    {
        Chain = Chain,
        Validators = Validators,
        SigningKey = _keys[index],
        Transport = new MutedTransport(_network.Connect(_keys[index].PublicKey), message => Mute(message)),
        Log = Logs[index],
        LogStream = $"validator-{index}",
        BlockStore = Stores[index],
        StateMachine = Machines[index],
        Limits = Limits,
        FixDurability = FixDurability,
        VouchedVerification = VouchedVerification,
        SignatureCache = _cache,
        OnDelivered = OnDelivered,
    };

    public ITransport Connect(int index) => _network.Connect(_keys[index].PublicKey);

    public async Task StartAsync(int index) => Engines[index] = await CbftEngine.StartAsync(Options(index));

    public async Task StopAsync(int index)
    {
        await Engines[index]!.DisposeAsync();
        Engines[index] = null;
    }

    public async Task SubmitAsync(int index, long from, int count, int size = 64)
    {
        for (int i = 0; i < count; i++)
        {
            SubmitResult result = await Engines[index]!.SubmitAsync(Transaction(from + i, size));
            Assert.That(result, Is.TypeOf<SubmitResult.Accepted>());
        }
    }

    public Task WaitAsync(Func<bool> condition, string what) => Engines.UntilAsync(condition, what);

    public Task WaitForTransactionsAsync(int count, params int[] on) => WaitAsync(
        () => on.All(i => Machines[i].ExecutedCount >= count), $"Delivery of {count} transactions on {string.Join(", ", on)}");

    public async ValueTask DisposeAsync()
    {
        foreach (CbftEngine engine in Engines.OfType<CbftEngine>())
        {
            await engine.DisposeAsync();
        }

        foreach (SigningKey key in _keys)
        {
            key.Dispose();
        }
    }
}
