using System.Buffers.Binary;
using System.Collections.Concurrent;
using MedChain.Core.Consensus;

namespace MedChain.Core.Tests.RealThreads;

/// <summary>Clients that keep a few numbered transactions under way on each validator, and note which ones were acknowledged: delivered,
/// with a quorum's seal, by the validator they were given to.</summary>
internal sealed class Load(DurableCluster cluster, long firstNumber, int outstanding)
{
    private const int Size = 300;

    private readonly ConcurrentDictionary<long, int> _underWay = new();
    private readonly ConcurrentQueue<(long Height, long[] Numbers)>[] _delivered =
        [.. cluster.Engines.Select(_ => new ConcurrentQueue<(long, long[])>())];
    private long _next = firstNumber - 1;

    /// <summary>Gets who is told of acknowledged transactions: the validator, the block's height, the transactions' numbers.</summary>
    public Action<int, long, long[]>? OnAcknowledged { get; init; }

    public static long NumberOf(ReadOnlyMemory<byte> transaction) => BinaryPrimitives.ReadInt64BigEndian(transaction.Span);

    /// <summary>To be called by each validator for each delivered block.</summary>
    public void OnDelivered(int validator, DeliveredBlock block) => _delivered[validator].Enqueue(
        (block.Header.Height.Value, [.. block.Transactions.Select(NumberOf)]));

    /// <summary>Works until it is cancelled. A validator that takes nothing is left alone for a moment.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        cluster.Engines.Select((_, i) => Task.Run(() => RunAsync(i, cancellationToken), CancellationToken.None)));

    private async Task RunAsync(int validator, CancellationToken cancellationToken)
    {
        int mine = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            mine -= TakeAcknowledged(validator);
            bool taken = true;
            while (mine < outstanding && taken && cluster.Engines[validator] is { } engine)
            {
                long number = Interlocked.Increment(ref _next);
                byte[] transaction = new byte[Size];
                BinaryPrimitives.WriteInt64BigEndian(transaction, number);
                _underWay[number] = validator;
                taken = await engine.SubmitAsync(transaction, CancellationToken.None) is SubmitResult.Accepted;
                if (taken)
                {
                    mine++;
                }
                else
                {
                    _underWay.TryRemove(number, out _);
                }
            }

            await Task.Delay(taken ? 1 : 20, CancellationToken.None);
        }
    }

    private int TakeAcknowledged(int validator)
    {
        int count = 0;
        long sealedHeight = cluster.Machines[validator].SealedHeight;
        while (_delivered[validator].TryPeek(out (long Height, long[] Numbers) block) && block.Height <= sealedHeight)
        {
            _delivered[validator].TryDequeue(out _);
            long[] acknowledged = [.. block.Numbers.Where(
                n => _underWay.TryGetValue(n, out int to) && to == validator && _underWay.TryRemove(n, out _))];
            count += acknowledged.Length;
            if (acknowledged.Length > 0)
            {
                OnAcknowledged?.Invoke(validator, block.Height, acknowledged);
            }
        }

        return count;
    }
}
