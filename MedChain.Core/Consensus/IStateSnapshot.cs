namespace MedChain.Core.Consensus;

/// <summary>A state machine's state after one block, kept while the machine goes on, to be given to validators that lack the blocks before
/// it. Thread safe.</summary>
public interface IStateSnapshot
{
    /// <summary>Gets what a receiver needs to check each chunk by itself against the header's state root: at most 48 MiB. Asked for only
    /// when somebody wants the state, so it may take its time.</summary>
    ReadOnlyMemory<byte> Manifest { get; }

    /// <summary>Gets the number of chunks.</summary>
    int ChunkCount { get; }

    /// <summary>Reads a chunk.</summary>
    /// <param name="index">From 0, below <see cref="ChunkCount"/>.</param>
    /// <returns>1 byte to 16 MiB; about 256 KiB serves best.</returns>
    ReadOnlyMemory<byte> ReadChunk(int index);
}
