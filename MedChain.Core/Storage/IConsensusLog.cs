using MedChain.Core.Primitives;

namespace MedChain.Core.Storage;

/// <summary>The write-ahead log of votes. One log serves all validators of a process: appends that wait at the same time share one flush.
/// Thread safe.</summary>
public interface IConsensusLog : IAsyncDisposable
{
    /// <summary>Opens a stream and reads what it holds. Once for each stream and opened log.</summary>
    /// <param name="stream">Name of the stream, one for each validator: 1 to 128 characters.</param>
    /// <returns>The records not yet trimmed.</returns>
    /// <exception cref="InvalidOperationException">The stream is open already.</exception>
    LogContents Open(string stream);

    /// <summary>Appends records in order.</summary>
    /// <param name="stream">An open stream.</param>
    /// <param name="records">Written next to each other and in order; the buffers must not change until the task is done.</param>
    /// <returns>Done when the records, and all earlier ones of the stream, survive a power loss.</returns>
    /// <exception cref="StorageException">The medium failed. The log accepts nothing more: stop the validator, never retry.</exception>
    ValueTask AppendAsync(string stream, IReadOnlyList<LogRecord> records);

    /// <summary>Allows the log to drop the stream's records of slots up to and including <paramref name="slot"/>.</summary>
    /// <param name="stream">An open stream.</param>
    /// <param name="slot">A slot whose block is durable in the block store.</param>
    void Trim(string stream, SlotNumber slot);
}
