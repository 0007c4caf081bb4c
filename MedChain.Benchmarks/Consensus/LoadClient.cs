using System.Diagnostics;
using MedChain.Benchmarks.Measuring;
using MedChain.Core.Consensus;

namespace MedChain.Benchmarks.Consensus;

/// <summary>Keeps a number of transactions on their way through one validator: the next one is submitted when one is sealed. Latency is
/// from before the submission to when this validator knows that a quorum has sealed the block.</summary>
internal sealed class LoadClient(TransactionSource source, int outstanding) : IDisposable
{
    /// <summary>Transactions of one validator are sealed nearly in order, so far fewer than this lie between the oldest on its way and the
    /// newest.</summary>
    private const int Window = 1 << 20;

    private readonly SemaphoreSlim _free = new(outstanding);
    private readonly long[] _submittedAt = new long[Window];
    private LatencyHistogram _latencies = new();
    private long _submitted;
    private long _sealed;

    /// <summary>Gets how many transactions this client has submitted.</summary>
    public long Submitted => Interlocked.Read(ref _submitted);

    /// <summary>Gets how many of this client's transactions are sealed.</summary>
    public long Sealed => Interlocked.Read(ref _sealed);

    /// <summary>Says whether a transaction is this client's and still on its way.</summary>
    public bool Owns(long number) => Volatile.Read(ref _submittedAt[number % Window]) != 0;

    /// <summary>Submits until stopped, or until there are no more transactions.</summary>
    public async Task RunAsync(CbftEngine engine, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _free.WaitAsync(cancellationToken);
            if (source.Take() is not var (number, bytes))
            {
                throw new InvalidOperationException(
                    "The prepared transactions are used up before the end of the run; measure fewer seconds.");
            }

            Volatile.Write(ref _submittedAt[number % Window], Stopwatch.GetTimestamp());
            while (await engine.SubmitAsync(bytes, cancellationToken) is var result and not SubmitResult.Accepted)
            {
                if (result is not SubmitResult.Overloaded { RetryAfter: var pause })
                {
                    throw new InvalidOperationException($"A transaction was not taken: {result}");
                }

                await Task.Delay(pause, cancellationToken);
            }

            Interlocked.Increment(ref _submitted);
        }
    }

    /// <summary>Notes that one of this client's transactions is sealed. Called on one thread at a time.</summary>
    public void OnSealed(long number)
    {
        long submittedAt = Interlocked.Exchange(ref _submittedAt[number % Window], 0);
        Volatile.Read(ref _latencies).Add(Stopwatch.GetElapsedTime(submittedAt));
        Interlocked.Increment(ref _sealed);
        _free.Release();
    }

    /// <summary>Starts a new histogram and gives the old one.</summary>
    public LatencyHistogram TakeLatencies() => Interlocked.Exchange(ref _latencies, new LatencyHistogram());

    public void Dispose() => _free.Dispose();
}
