namespace MedChain.Core.Storage.Files;

/// <summary>One open file. Writes survive a power loss only after <see cref="Flush"/>; until then any part of them may reach the medium, in
/// any order.</summary>
internal interface IDiskFile : IDisposable
{
    string Path { get; }

    long Length { get; }

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    /// <returns>Number of bytes read.</returns>
    int Read(long offset, Span<byte> destination);

    void Write(long offset, ReadOnlySpan<byte> bytes);

    void SetLength(long length);

    void Flush();
}
