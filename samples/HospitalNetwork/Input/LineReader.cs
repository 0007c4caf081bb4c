namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>Splits a stream into lines of bounded length, and reads no more of it than a limit.</summary>
internal sealed class LineReader(Stream stream, int maxLineBytes, long maxTotalBytes)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private long _total;
    private bool _ended;

    /// <summary>Gets whether reading stopped because the stream is over the limit.</summary>
    public bool IsOverTotal => _total > maxTotalBytes;

    /// <summary>Gets the number of the line that was read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <param name="line">The line without its end, valid until the next call; empty if it is too long.</param>
    /// <param name="tooLong">Whether the line is over the limit. It is skipped without being kept.</param>
    /// <returns><see langword="false"/> at the end of the stream.</returns>
    public bool TryRead(out ReadOnlyMemory<byte> line, out bool tooLong)
    {
        line = default;
        tooLong = false;
        int scanned = 0;
        while (true)
        {
            int found = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = Take(scanned + found, skip: 1, ref tooLong);
                return true;
            }

            scanned = _end - _start;
            if (scanned > maxLineBytes)
            {
                tooLong = true;
                _start = _end;
                scanned = 0;
            }

            if (!Fill())
            {
                if (scanned == 0 && !tooLong)
                {
                    return false;
                }

                line = Take(scanned, skip: 0, ref tooLong);
                return true;
            }
        }
    }

    private ReadOnlyMemory<byte> Take(int length, int skip, ref bool tooLong)
    {
        ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, length);
        _start += length + skip;
        Number++;
        tooLong |= length > maxLineBytes;
        return tooLong ? default : line;
    }

    private bool Fill()
    {
        if (_ended)
        {
            return false;
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _total += read;
        _ended = read == 0 || IsOverTotal;
        return !_ended;
    }
}
