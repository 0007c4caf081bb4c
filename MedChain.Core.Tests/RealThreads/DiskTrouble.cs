using MedChain.Core.Storage.Files;

namespace MedChain.Core.Tests.RealThreads;

/// <summary>A real disk that becomes slow or full on demand.</summary>
internal sealed class DiskTrouble
{
    // ENOSPC of Linux and macOS, as .NET reports it.
    private const int NoSpaceLeft = 28;

    private volatile bool _isFull;
    private int _flushDelay;

    public DiskTrouble() => Disk = new InterferingDisk(Before, _ => { });

    public IDisk Disk { get; }

    /// <summary>Gets or sets whether nothing more can be written.</summary>
    public bool IsFull
    {
        get => _isFull;
        set => _isFull = value;
    }

    /// <summary>Gets or sets how long each flush takes in addition, in milliseconds.</summary>
    public int FlushDelay
    {
        get => Volatile.Read(ref _flushDelay);
        set => Volatile.Write(ref _flushDelay, value);
    }

    private void Before(DiskOperation operation)
    {
        if (operation == DiskOperation.Flush && FlushDelay > 0)
        {
            Thread.Sleep(FlushDelay);
        }

        if (_isFull && operation is (DiskOperation.Write or DiskOperation.SetLength))
        {
            throw DiskFault.From("a file", "write", new IOException("No space left on device", NoSpaceLeft));
        }
    }
}
