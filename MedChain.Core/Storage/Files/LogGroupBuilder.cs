namespace MedChain.Core.Storage.Files;

/// <summary>Lays out one group in a buffer that is used again. Not thread safe.</summary>
internal sealed class LogGroupBuilder
{
    // A buffer that grew beyond this for one large append is not kept.
    private const int KeptCapacity = 16 * 1024 * 1024;

    private byte[] _buffer = new byte[64 * 1024];
    private int _length;
    private int _records;

    public void Begin()
    {
        if (_buffer.Length > KeptCapacity)
        {
            _buffer = new byte[KeptCapacity];
        }

        (_length, _records) = (LogFormat.GroupHeaderSize, 0);
    }

    public void AddStream(LogStream stream)
    {
        byte[] name = System.Text.Encoding.UTF8.GetBytes(stream.Name);
        Add(stream.Number, slot: 0, kind: 0, LogRecordType.Stream, name);
    }

    public void Add(LogStream stream, LogRecord record, LogRecordType type) =>
        Add(stream.Number, record.Slot.Value, record.Kind, type, record.Payload.Span);

    public ReadOnlySpan<byte> Finish(long sequence, long segment)
    {
        Reserve(LogFormat.GroupEndSize);
        int body = _length - LogFormat.GroupHeaderSize;
        LogFormat.WriteGroupHeader(_buffer, new LogGroupHeader(body, sequence, segment, _records));
        LogFormat.GroupEnd.CopyTo(_buffer.AsSpan(_length));
        _length += LogFormat.GroupEndSize;
        return _buffer.AsSpan(0, _length);
    }

    private void Add(int stream, long slot, byte kind, LogRecordType type, ReadOnlySpan<byte> payload)
    {
        int padded = LogFormat.Align(payload.Length);
        Reserve(LogFormat.RecordHeaderSize + padded);
        Span<byte> target = _buffer.AsSpan(_length + LogFormat.RecordHeaderSize, padded);
        payload.CopyTo(target);
        target[payload.Length..].Clear();
        LogFormat.WriteRecordHeader(
            _buffer.AsSpan(_length),
            new LogRecordHeader(payload.Length, stream, slot, kind, type, Crc32C.Of(target), _records++));
        _length += LogFormat.RecordHeaderSize + padded;
    }

    private void Reserve(int bytes)
    {
        if (_length + bytes > _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(2L * _buffer.Length, (long)_length + bytes)));
        }
    }
}
