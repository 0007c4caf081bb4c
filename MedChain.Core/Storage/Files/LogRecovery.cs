using MedChain.Core.Primitives;

namespace MedChain.Core.Storage.Files;

/// <summary>Reads the segments of a log when it is opened and decides what is a torn tail and what is damage.</summary>
/// <remarks>A group is written only after the flush of the one before, so a bad group with a whole one after it was durable once: damage.
/// The last group of the last segment is a torn tail when the file ends inside it, or when every bad record in it lacks a sector (it
/// reads as zeros); nobody can have acted on it. Any other bad byte is damage.</remarks>
internal sealed class LogRecovery
{
    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly Dictionary<int, LogStream> _byNumber = [];

    public LogRecovery(IDisk disk, string folder)
    {
        (_disk, _folder) = (disk, folder);
        Run();
    }

    public List<LogSegment> Segments { get; } = [];

    public Dictionary<string, LogStream> Streams { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets where and how the log is damaged when no stream can be trusted any more.</summary>
    public string? Damage { get; private set; }

    public long LastSequence { get; private set; }

    /// <summary>Gets the length of the last segment without its torn tail.</summary>
    public long TailLength { get; private set; }

    private void Run()
    {
        var found = new SortedDictionary<long, string>();
        foreach (string path in _disk.ListFiles(_folder))
        {
            if (LogSegment.TryParseName(path, out long number))
            {
                found.Add(number, path);
            }
        }

        foreach ((long number, string path) in found)
        {
            if (Segments.Count > 0 && Segments[^1].Number + 1 != number)
            {
                Damage = $"'{LogSegment.PathOf(_folder, Segments[^1].Number + 1)}' is missing.";
                return;
            }

            Segments.Add(new LogSegment(path, number));
            ReadSegment(Segments[^1], isLast: number == found.Keys.Last());
            if (Damage is not null)
            {
                return;
            }
        }
    }

    private void ReadSegment(LogSegment segment, bool isLast)
    {
        byte[] bytes = _disk.TryReadAll(segment.Path) ?? [];
        RequireVersion(segment, bytes);
        if (!bytes.AsSpan().StartsWith(LogFormat.SegmentHeader(segment.Number)))
        {
            DamageAll(segment, 0, "the header is not what was written");
            return;
        }

        int position = LogFormat.SegmentHeaderSize;
        while (position < bytes.Length)
        {
            bool whole = LogFormat.TryReadGroupHeader(bytes.AsSpan(position), out LogGroupHeader group)
                && group.Segment == segment.Number
                && group.Size <= bytes.Length - position;
            var check = new LogGroupCheck(bytes, position, whole ? group : null);
            if (!check.IsGood && isLast && check.IsTorn && !HasGroupAfter(bytes, position, segment.Number, whole ? group.Size : null))
            {
                break;
            }

            if (!whole || check.HasBadFrame || (LastSequence != 0 && group.Sequence != LastSequence + 1))
            {
                DamageAll(segment, position, check.IsGood ? "groups are missing before it" : "a group is not what was written");
                return;
            }

            TakeRecords(segment, bytes, position, check);
            LastSequence = group.Sequence;
            position += (int)group.Size;
        }

        TailLength = position;
    }

    private void TakeRecords(LogSegment segment, byte[] bytes, int position, LogGroupCheck check)
    {
        foreach ((int start, LogRecordHeader header, bool isGood) in check.Records)
        {
            ReadOnlyMemory<byte> payload = bytes.AsMemory(start + LogFormat.RecordHeaderSize, header.PayloadLength);
            if (header.Type == LogRecordType.Stream && isGood)
            {
                DeclareStream(header.Stream, System.Text.Encoding.UTF8.GetString(payload.Span));
            }
            else if (header.Type == LogRecordType.Stream || !_byNumber.TryGetValue(header.Stream, out LogStream? stream))
            {
                DamageAll(segment, position, "the name of a stream is not what was written");
                return;
            }
            else if (!isGood)
            {
                segment.IsDamaged = true;
                stream.Damage ??= Describe(segment, start, "a record is not what was written");
            }
            else
            {
                TakeRecord(segment, stream, header, payload);
            }
        }
    }

    private void TakeRecord(LogSegment segment, LogStream stream, LogRecordHeader header, ReadOnlyMemory<byte> payload)
    {
        // What a later segment carries was read where it was first written.
        if (header.Type == LogRecordType.Carried && Segments.Count > 1)
        {
            return;
        }

        var record = new LogRecord(new SlotNumber(header.Slot), header.Kind, payload);
        segment.Note(stream, record.Slot);
        stream.Recovered.Add(record);
        if (record.Slot == LogRecord.Pinned)
        {
            stream.Pin(record);
        }
    }

    private void DeclareStream(int number, string name)
    {
        if (!_byNumber.ContainsKey(number))
        {
            var stream = new LogStream(number, name) { IsDeclared = true };
            _byNumber.Add(number, stream);
            Streams.TryAdd(name, stream);
        }
    }

    private static void RequireVersion(LogSegment segment, byte[] bytes)
    {
        if (bytes.Length >= LogFormat.SegmentHeaderSize
            && bytes.AsSpan().StartsWith(LogFormat.SegmentMagic)
            && BitConverter.ToInt32(bytes, 8) is var version and not LogFormat.Version
            && Crc32C.Of(bytes.AsSpan(0, 28)) == BitConverter.ToUInt32(bytes, 28))
        {
            throw new StorageException(
                StorageFault.Foreign,
                $"'{segment.Path}' has the format version {version}; this library knows {LogFormat.Version}. "
                + "Use the version that wrote it.");
        }
    }

    /// <summary>Says whether anything was written after a bad group.</summary>
    /// <param name="bytes">The segment.</param>
    /// <param name="position">Where the bad group starts.</param>
    /// <param name="segment">Number of the segment.</param>
    /// <param name="size">Size of the bad group, or <see langword="null"/> when its header is bad or the file ends inside it.</param>
    private bool HasGroupAfter(byte[] bytes, int position, long segment, long? size)
    {
        if (size is { } known)
        {
            return position + known < bytes.Length;
        }

        for (int i = position + 8; i <= bytes.Length - LogFormat.GroupHeaderSize; i += 8)
        {
            if (LogFormat.TryReadGroupHeader(bytes.AsSpan(i), out LogGroupHeader group)
                && group.Segment == segment
                && group.Sequence > LastSequence + 1)
            {
                return true;
            }
        }

        return false;
    }

    private void DamageAll(LogSegment segment, int position, string what) => Damage ??= Describe(segment, position, what);

    private static string Describe(LogSegment segment, int position, string what) => $"'{segment.Path}' at byte {position}: {what}.";
}
