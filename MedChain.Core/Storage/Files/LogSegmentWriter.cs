namespace MedChain.Core.Storage.Files;

/// <summary>Appends groups to the last segment, starts new segments and drops old ones. Used by the log's one writer thread.</summary>
internal sealed class LogSegmentWriter : IDisposable
{
    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly IDiskFile _lockFile;
    private readonly long _segmentSize;
    private readonly LogGroupBuilder _builder = new();
    private readonly Queue<LogSegment> _older = new();
    private LogSegment _active;
    private IDiskFile _file;
    private long _length;
    private long _sequence;

    /// <summary>Opens the last segment for appending and cuts its torn tail, or creates the first segment.</summary>
    public LogSegmentWriter(IDisk disk, string folder, IDiskFile lockFile, LogRecovery recovery, long segmentSize)
    {
        (_disk, _folder, _lockFile, _segmentSize) = (disk, folder, lockFile, segmentSize);
        _sequence = recovery.LastSequence;
        foreach (LogSegment segment in recovery.Segments.SkipLast(1))
        {
            _older.Enqueue(segment);
        }

        if (recovery.Segments.Count == 0)
        {
            (_active, _file) = Create(1, []);
            return;
        }

        _active = recovery.Segments[^1];
        _file = disk.Open(_active.Path);
        _length = recovery.TailLength;
        if (_file.Length != _length)
        {
            _file.SetLength(_length);
        }

        // A process that was killed may have left bytes in the system's memory only; what was read must not get lost any more.
        _file.Flush();
        disk.FlushFolder(folder);
    }

    public bool MustRotate => _length >= _segmentSize;

    /// <summary>Writes appends as one group and flushes it.</summary>
    /// <param name="appends">At least one.</param>
    /// <param name="streams">All streams when a new segment must be started, else none.</param>
    public void Write(List<PendingAppend> appends, LogStream[] streams)
    {
        if (MustRotate)
        {
            Rotate(streams);
        }

        _builder.Begin();
        foreach (PendingAppend append in appends)
        {
            if (!append.Stream.IsDeclared)
            {
                _builder.AddStream(append.Stream);
                append.Stream.IsDeclared = true;
            }

            for (int i = 0; i < append.Records.Count; i++)
            {
                _builder.Add(append.Stream, append.Records[i], LogRecordType.Data);
            }
        }

        ReadOnlySpan<byte> group = _builder.Finish(++_sequence, _active.Number);
        _file.Write(_length, group);
        _file.Flush();
        _length += group.Length;
        foreach (PendingAppend append in appends)
        {
            Note(append);
        }
    }

    /// <summary>Deletes the oldest segments that every stream is past.</summary>
    public void DropTrimmed(Lock streams)
    {
        bool dropped = false;
        while (_older.TryPeek(out LogSegment? oldest))
        {
            lock (streams)
            {
                if (!oldest.IsTrimmed())
                {
                    break;
                }
            }

            _disk.Delete(oldest.Path);
            _older.Dequeue();
            dropped = true;
        }

        if (dropped)
        {
            _disk.FlushFolder(_folder);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _lockFile.Dispose();
    }

    private void Note(PendingAppend append)
    {
        for (int i = 0; i < append.Records.Count; i++)
        {
            LogRecord record = append.Records[i];
            _active.Note(append.Stream, record.Slot);
            if (record.Slot == LogRecord.Pinned)
            {
                append.Stream.Pin(record);
            }
        }
    }

    private void Rotate(LogStream[] streams)
    {
        _file.Dispose();
        _older.Enqueue(_active);
        (_active, _file) = Create(_active.Number + 1, streams);
    }

    // The file gets its name when its header and what it carries are durable, so a segment with a bad header is always a damaged one.
    private (LogSegment Segment, IDiskFile File) Create(long number, LogStream[] streams)
    {
        string path = LogSegment.PathOf(_folder, number);
        string unfinished = path + ".unfinished";
        using (IDiskFile file = _disk.Open(unfinished))
        {
            file.SetLength(0);
            file.Write(0, LogFormat.SegmentHeader(number));
            _length = LogFormat.SegmentHeaderSize;
            if (streams.Length > 0)
            {
                ReadOnlySpan<byte> carried = Carry(streams, number);
                file.Write(_length, carried);
                _length += carried.Length;
            }

            file.Flush();
        }

        _disk.Rename(unfinished, path);
        _disk.FlushFolder(_folder);
        return (new LogSegment(path, number), _disk.Open(path));
    }

    private ReadOnlySpan<byte> Carry(LogStream[] streams, long segment)
    {
        _builder.Begin();
        foreach (LogStream stream in streams)
        {
            _builder.AddStream(stream);
            stream.IsDeclared = true;
            foreach (LogRecord record in stream.Pinned)
            {
                _builder.Add(stream, record, LogRecordType.Carried);
            }
        }

        return _builder.Finish(++_sequence, segment);
    }
}
