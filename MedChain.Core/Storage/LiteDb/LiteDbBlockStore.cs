using System.Buffers.Binary;
using MedChain.Core.Primitives;
using MedChain.Core.Storage.Files;

namespace MedChain.Core.Storage.LiteDb;

/// <summary>Blocks and certificates of one validator in a LiteDB file. Thread safe.</summary>
/// <remarks>Blocks are written in the background, many in one transaction, and read from memory until then. <see cref="DurableHead"/>
/// counts what a checkpoint moved into the data file; after a power loss exactly those blocks are there.</remarks>
public sealed class LiteDbBlockStore : IBlockStore
{
    private const int FixedSize = LiteDbTable.ChecksumSize + Digest.Size + 3 * sizeof(int);

    private readonly Lock _gate = new();
    private readonly LiteDbFile _file;
    private readonly LiteDbTable _blocks;
    private readonly LiteDbTable _certificates;
    private readonly LiteDbTable _anchors;
    private readonly LiteDbApplier<Item> _applier;
    private readonly Dictionary<BlockHeight, Item> _pendingBlocks = [];
    private readonly Dictionary<BlockHeight, Item> _pendingCertificates = [];
    private StoredAnchor? _anchor;
    private BlockHeight _head;
    private BlockHeight _applied;
    private BlockHeight _durable;

    /// <summary>Opens or creates a store.</summary>
    /// <param name="path">The data file; three more files get its name with "-log", "-sums" and "-mark". The folder is created when it is
    /// missing.</param>
    /// <exception cref="StorageException">The file is open elsewhere, damaged, of an unknown format, or cannot be read or
    /// written.</exception>
    public LiteDbBlockStore(string path)
        : this(path, Disk.Physical, LiteDbLimits.Default)
    {
    }

    internal LiteDbBlockStore(string path, IDisk disk, LiteDbLimits limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _file = new LiteDbFile(path, disk);
        _blocks = new LiteDbTable("blocks", _file);
        _certificates = new LiteDbTable("certificates", _file);
        _anchors = new LiteDbTable("anchor", _file);
        try
        {
            _anchor = _anchors.TryRead(0) is { } anchor ? UnpackAnchor(anchor) : null;
            _durable = _applied = _head = new BlockHeight(Math.Max(_anchor?.Height.Value ?? 0, _blocks.LastNumber()));
        }
        catch
        {
            _file.Dispose();
            throw;
        }

        _applier = new LiteDbApplier<Item>("MedChain blocks", _file, limits, ApplyItems, Checkpointed);
    }

    /// <inheritdoc/>
    public BlockHeight Head
    {
        get
        {
            lock (_gate)
            {
                return _head;
            }
        }
    }

    /// <inheritdoc/>
    public BlockHeight DurableHead
    {
        get
        {
            lock (_gate)
            {
                return _durable;
            }
        }
    }

    /// <inheritdoc/>
    public StoredAnchor? Anchor
    {
        get
        {
            lock (_gate)
            {
                return _anchor;
            }
        }
    }

    /// <inheritdoc/>
    public void Append(StoredBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        long size = (long)FixedSize + block.Header.Length + block.Body.Length + block.Receipts.Length;
        if (size > LiteDbTable.MaxValue)
        {
            throw new ArgumentException($"Block {block.Height} has {size} bytes; the limit is {LiteDbTable.MaxValue}.", nameof(block));
        }

        _applier.WaitForRoom();
        lock (_gate)
        {
            if (BlockRules.IsNext(block, _anchor, _head, height => TryRead(height)!.HeaderHash))
            {
                var item = new Item(block.Height, block, default, Anchor: null);
                _applier.Enqueue(item, size);
                _pendingBlocks.Add(block.Height, item);
                _head = block.Height;
            }
        }
    }

    /// <inheritdoc/>
    public void PutCertificate(BlockHeight height, ReadOnlyMemory<byte> certificate)
    {
        _applier.WaitForRoom();
        lock (_gate)
        {
            BlockRules.RequireStored(height, _anchor, _head);
            var item = new Item(height, Block: null, certificate.ToArray(), Anchor: null);
            _applier.Enqueue(item, certificate.Length);
            _pendingCertificates[height] = item;
        }
    }

    /// <inheritdoc/>
    public StoredBlock? TryRead(BlockHeight height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height.Value, 1, nameof(height));
        lock (_gate)
        {
            if (height > _head || height <= (_anchor?.Height ?? default))
            {
                return null;
            }

            if (_pendingBlocks.TryGetValue(height, out Item? item))
            {
                return item.Block;
            }
        }

        ReadOnlyMemory<byte> value = _blocks.TryRead(height.Value) ?? throw _blocks.Damaged(height.Value, "The block is missing.");
        return Unpack(height, value);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? TryReadCertificate(BlockHeight height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height.Value, 1, nameof(height));
        lock (_gate)
        {
            if (height <= (_anchor?.Height ?? default))
            {
                return null;
            }

            if (_pendingCertificates.TryGetValue(height, out Item? item))
            {
                return item.Certificate;
            }
        }

        return _certificates.TryRead(height.Value);
    }

    /// <inheritdoc/>
    public void StartAfter(StoredAnchor anchor)
    {
        ArgumentNullException.ThrowIfNull(anchor);
        _applier.WaitForRoom();
        lock (_gate)
        {
            if (BlockRules.IsNewAnchor(anchor, _anchor, _head, height => TryRead(height)!.HeaderHash))
            {
                _applier.Enqueue(new Item(anchor.Height, Block: null, default, anchor), anchor.Content.Length);
                _anchor = anchor;
                _head = anchor.Height > _head ? anchor.Height : _head;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken) =>
        await _applier.WaitAsync(durable: true).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Makes everything durable and closes the file. After a failure it only closes.</summary>
    /// <returns>Done when the file is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        await _applier.DisposeAsync().ConfigureAwait(false);
        _file.Dispose();
    }

    private static byte[] Pack(StoredBlock block)
    {
        byte[] value = new byte[FixedSize + block.Header.Length + block.Body.Length + block.Receipts.Length];
        Span<byte> rest = value.AsSpan(LiteDbTable.ChecksumSize);
        block.HeaderHash.CopyTo(rest);
        rest = rest[Digest.Size..];
        foreach (ReadOnlyMemory<byte> part in (ReadOnlySpan<ReadOnlyMemory<byte>>)[block.Header, block.Body, block.Receipts])
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, part.Length);
            part.Span.CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + part.Length)..];
        }

        return value;
    }

    // The checksum held, so the bytes are those that Pack made.
    private static StoredBlock Unpack(BlockHeight height, ReadOnlyMemory<byte> value)
    {
        var hash = new Digest(value.Span[..Digest.Size]);
        ReadOnlyMemory<byte> rest = value[Digest.Size..];
        ReadOnlyMemory<byte> header = TakePart(ref rest);
        ReadOnlyMemory<byte> body = TakePart(ref rest);
        return new StoredBlock(height, hash, header, body, TakePart(ref rest));
    }

    private static ReadOnlyMemory<byte> TakePart(ref ReadOnlyMemory<byte> rest)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(rest.Span);
        ReadOnlyMemory<byte> part = rest.Slice(sizeof(int), length);
        rest = rest[(sizeof(int) + length)..];
        return part;
    }

    private static byte[] PackAnchor(StoredAnchor anchor)
    {
        byte[] value = new byte[LiteDbTable.ChecksumSize + sizeof(long) + Digest.Size + anchor.Content.Length];
        Span<byte> rest = value.AsSpan(LiteDbTable.ChecksumSize);
        BinaryPrimitives.WriteInt64LittleEndian(rest, anchor.Height.Value);
        anchor.HeaderHash.CopyTo(rest[sizeof(long)..]);
        anchor.Content.Span.CopyTo(rest[(sizeof(long) + Digest.Size)..]);
        return value;
    }

    private static StoredAnchor UnpackAnchor(ReadOnlyMemory<byte> value) => new(
        new BlockHeight(BinaryPrimitives.ReadInt64LittleEndian(value.Span)),
        new Digest(value.Span.Slice(sizeof(long), Digest.Size)),
        value[(sizeof(long) + Digest.Size)..]);

    private void ApplyItems(IReadOnlyList<Item> items)
    {
        _file.Write(engine =>
        {
            foreach (Item item in items)
            {
                if (item.Block is { } block)
                {
                    _blocks.Write(engine, item.Height.Value, Pack(block));
                }
                else if (item.Anchor is { } anchor)
                {
                    _anchors.Write(engine, 0, PackAnchor(anchor));
                }
                else
                {
                    _certificates.Write(engine, item.Height.Value, [.. new byte[LiteDbTable.ChecksumSize], .. item.Certificate.Span]);
                }
            }
        });
        if (items.LastOrDefault(item => item.Anchor is not null) is { } start)
        {
            // After the anchor's own transaction: blocks that a crash leaves behind below it are not seen, and deleted the next time.
            _blocks.DeleteBelow(start.Height.Value + 1);
            _certificates.DeleteBelow(start.Height.Value + 1);
        }

        lock (_gate)
        {
            foreach (Item item in items)
            {
                if (item.Block is not null || item.Anchor is not null)
                {
                    _pendingBlocks.Remove(item.Height);
                    _applied = item.Height > _applied ? item.Height : _applied;
                }
                else if (ReferenceEquals(_pendingCertificates.GetValueOrDefault(item.Height), item))
                {
                    _pendingCertificates.Remove(item.Height);
                }
            }
        }
    }

    private void Checkpointed()
    {
        lock (_gate)
        {
            _durable = _applied;
        }
    }

    /// <summary>A block, an anchor, or a certificate when there is neither.</summary>
    private sealed record Item(BlockHeight Height, StoredBlock? Block, ReadOnlyMemory<byte> Certificate, StoredAnchor? Anchor);
}
