namespace MedChain.Core.Consensus.Engine;

/// <summary>Counts what waits between two stages, and makes the faster one wait when it is too much. One stage waits, any thread adds and
/// removes.</summary>
internal sealed class Backlog(string name, int maxCount, long maxBytes)
{
    private readonly Lock _access = new();
    private TaskCompletionSource? _room;
    private int _count;
    private long _bytes;

    /// <summary>Completes when there is room for one more item; that item may go over the limit.</summary>
    public Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        lock (_access)
        {
            if (_count < maxCount && _bytes < maxBytes)
            {
                return Task.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task.WaitAsync(cancellationToken);
        }
    }

    public void Add(long bytes)
    {
        lock (_access)
        {
            _count++;
            _bytes += bytes;
        }
    }

    public void Remove(long bytes)
    {
        TaskCompletionSource? room = null;
        lock (_access)
        {
            _count--;
            _bytes -= bytes;
            if (_count < maxCount && _bytes < maxBytes)
            {
                (room, _room) = (_room, null);
            }
        }

        room?.TrySetResult();
    }

    /// <summary>Measures it.</summary>
    /// <param name="slack">How many items may be under way to it while it is full.</param>
    /// <param name="largest">Bytes of the largest item.</param>
    public BufferSize Measure(int slack, long largest)
    {
        lock (_access)
        {
            return new BufferSize(name, _count, maxCount + slack, _bytes, maxBytes + (slack * largest));
        }
    }
}
