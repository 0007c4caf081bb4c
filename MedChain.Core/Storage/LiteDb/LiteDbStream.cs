using MedChain.Core.Storage.Files;

namespace MedChain.Core.Storage.LiteDb;

/// <summary>One of the two files of LiteDB, as the stream it reads and writes. LiteDB uses one stream from one thread at a time.</summary>
/// <remarks>After the first fault the file is left as it is, and what LiteDB still writes goes to memory: LiteDB sees no error that would
/// close it, so reads go on. The volume's owner starts no further transaction, which bounds that memory.</remarks>
internal sealed class LiteDbStream(IDiskFile file, LiteDbVolume volume) : Stream
{
    public const int PageSize = 8192;

    private readonly Dictionary<long, byte[]> _unwritten = [];
    private long _length = file.Length;

    public IDiskFile File { get; } = file;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => Interlocked.Read(ref _length);

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int wanted = (int)Math.Clamp(Length - Position, 0, buffer.Length);
        int done = 0;
        while (done < wanted)
        {
            int inPage = (int)(Position % PageSize);
            Span<byte> part = buffer[done..Math.Min(wanted, done + PageSize - inPage)];
            if (_unwritten.TryGetValue(Position - inPage, out byte[]? page))
            {
                page.AsSpan(inPage, part.Length).CopyTo(part);
            }
            else if (File.Read(Position, part) != part.Length)
            {
                throw new StorageException(StorageFault.Corrupt, $"'{File.Path}' ends before byte {Position + part.Length}: it was cut.");
            }
            else if (part.Length == PageSize)
            {
                volume.CheckReadFor(this, part);
            }

            done += part.Length;
            Position += part.Length;
        }

        return done;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length != PageSize || Position % PageSize != 0)
        {
            throw new InvalidOperationException($"LiteDB writes whole pages of {PageSize} bytes, not {buffer.Length} at {Position}.");
        }

        if (!TryWrite(buffer))
        {
            _unwritten[Position] = buffer.ToArray();
        }

        Position += PageSize;
        Interlocked.Exchange(ref _length, Math.Max(_length, Position));
    }

    public override void Flush()
    {
        if (volume.Failure is null)
        {
            volume.Attempt(() => volume.FlushFor(this));
        }
    }

    public override void SetLength(long value)
    {
        if (volume.Failure is null)
        {
            volume.Attempt(() => volume.SetLengthFor(this, value));
        }

        Interlocked.Exchange(ref _length, value);
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    private bool TryWrite(ReadOnlySpan<byte> page)
    {
        if (volume.Failure is not null)
        {
            return false;
        }

        try
        {
            volume.PrepareWriteFor(this);
            File.Write(Position, page);
            volume.NoteWriteFor(this, page);
            return true;
        }
        catch (StorageException e)
        {
            volume.Fail(e);
            return false;
        }
    }
}
