namespace MedChain.Core.Consensus;

/// <summary>How full one buffer is. Every buffer of a validator is listed in docs/protocol.md with the same name.</summary>
/// <param name="Name">The buffer; lower-case words with dots.</param>
/// <param name="Count">Items in it.</param>
/// <param name="MaxCount">Most items that it may ever hold.</param>
/// <param name="Bytes">Their bytes; 0 where items are small and only counted.</param>
/// <param name="MaxBytes">Most bytes that it may ever hold; 0 where only items are counted.</param>
internal readonly record struct BufferSize(string Name, long Count, long MaxCount, long Bytes = 0, long MaxBytes = 0)
{
    /// <summary>Whether the buffer keeps its promise.</summary>
    public bool IsWithinBounds => Count <= MaxCount && Bytes <= MaxBytes;
}
