namespace MedChain.Core.Tests.Custody;

/// <summary>Bytes that follow from their places, read in pieces of many sizes; they are nowhere in memory. What is written must be
/// these bytes.</summary>
internal sealed class PatternStream(long length) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public static void Fill(long offset, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (byte)((offset + i) % 251);
        }
    }

    /// <summary>Whether bytes are those from a place on.</summary>
    public static bool Matches(long offset, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != (byte)((offset + i) % 251))
            {
                return false;
            }
        }

        return true;
    }

    public override int Read(Span<byte> buffer)
    {
        int piece = 1 + (int)(_position % 50_021);
        int count = (int)Math.Min(Math.Min(piece, buffer.Length), length - _position);
        Fill(_position, buffer[..count]);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!Matches(_position, buffer))
        {
            throw new InvalidOperationException($"The bytes from {_position} are others.");
        }

        _position += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
