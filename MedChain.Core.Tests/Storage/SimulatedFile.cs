namespace MedChain.Core.Tests.Storage;

/// <summary>A file of a <see cref="SimulatedDisk"/>: its durable bytes and the changes since the last flush.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk, string path)
{
    private const int Sector = 512;
    private readonly List<(long Offset, byte[]? Bytes)> _unflushed = [];
    private byte[] _durable = [];
    private byte[] _content = [];
    private int _length;

    public bool IsOpen { get; set; }

    public string Path { get; set; } = path;

    public long Length => disk.Read(() => _length);

    public ReadOnlySpan<byte> Content => _content.AsSpan(0, _length);

    public int Read(long offset, Span<byte> destination)
    {
        int wanted = destination.Length;
        byte[] bytes = disk.Read(() => offset >= _length ? [] : _content[(int)offset..(int)Math.Min(_length, offset + wanted)]);
        int count = Math.Min(bytes.Length, destination.Length);
        bytes.AsSpan(0, count).CopyTo(destination);
        return count;
    }

    public void Write(long offset, byte[] bytes) => disk.Run(isFlush: false, () =>
    {
        _unflushed.Add((offset, bytes));
        Apply(ref _content, ref _length, offset, bytes);
    });

    public void SetLength(long length) => disk.Run(isFlush: false, () =>
    {
        _unflushed.Add((length, null));
        Apply(ref _content, ref _length, length, null);
    });

    public void Flush() => disk.Run(isFlush: true, () =>
    {
        if (_unflushed.Count > 0)
        {
            _durable = Content.ToArray();
            _unflushed.Clear();
        }
    });

    public void Restore(byte[] content)
    {
        (_durable, _content, _length) = (content, content.ToArray(), content.Length);
        _unflushed.Clear();
    }

    public byte[] AfterPowerLoss(PowerLoss loss, Random random)
    {
        byte[] content = _durable.ToArray();
        int length = content.Length;
        if (loss == PowerLoss.Tears)
        {
            int kept = random.Next(_unflushed.Count + 1);
            for (int i = 0; i < kept; i++)
            {
                (long offset, byte[]? bytes) = _unflushed[i];
                bool isTorn = i == kept - 1 && bytes is not null;
                Apply(ref content, ref length, offset, isTorn ? bytes![..random.Next(bytes!.Length + 1)] : bytes);
            }
        }
        else if (loss == PowerLoss.Reorders)
        {
            foreach ((long offset, byte[]? bytes) in _unflushed)
            {
                ApplySomeSectors(ref content, ref length, offset, bytes, random);
            }
        }

        return content[..length];
    }

    private static void ApplySomeSectors(ref byte[] content, ref int length, long offset, byte[]? bytes, Random random)
    {
        if (bytes is null)
        {
            if (random.Next(2) == 0)
            {
                Apply(ref content, ref length, offset, null);
            }

            return;
        }

        for (long start = offset; start < offset + bytes.Length;)
        {
            long end = Math.Min(offset + bytes.Length, (start / Sector + 1) * Sector);
            if (random.Next(3) != 0)
            {
                Apply(ref content, ref length, start, bytes[(int)(start - offset)..(int)(end - offset)]);
            }

            start = end;
        }
    }

    private static void Apply(ref byte[] content, ref int length, long offset, byte[]? bytes)
    {
        int end = (int)offset + (bytes?.Length ?? 0);
        if (end > content.Length)
        {
            Array.Resize(ref content, Math.Max(end, 2 * content.Length));
        }

        if (bytes is null)
        {
            content.AsSpan(Math.Min(end, length)).Clear();
            length = end;
        }
        else
        {
            bytes.CopyTo(content, offset);
            length = Math.Max(length, end);
        }
    }
}
