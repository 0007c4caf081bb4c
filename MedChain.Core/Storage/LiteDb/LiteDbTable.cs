using System.Buffers.Binary;
using System.Security.Cryptography;
using LiteDB;
using LiteDB.Engine;

namespace MedChain.Core.Storage.LiteDb;

/// <summary>Packed values under numbers in one LiteDB collection, each checked against its SHA-256 when it is read.</summary>
/// <remarks>A document is {_id: number * 64 + part, n: number of parts, p: bytes}. The first 32 bytes of a value are the SHA-256 of the
/// collection's name, the number and the rest, so that a value at the wrong place is damage too. A LiteDB document holds at most 16.7 MB,
/// hence the parts. Used under the lock of <see cref="LiteDbFile"/>.</remarks>
internal sealed class LiteDbTable(string name, LiteDbFile file)
{
    public const int MaxParts = 64;
    public const int PartSize = 4 * 1024 * 1024;

    /// <summary>Bytes at the start of each value, which <see cref="Write"/> fills in.</summary>
    public const int ChecksumSize = SHA256.HashSizeInBytes;

    /// <summary>Largest value without its checksum.</summary>
    public const int MaxValue = MaxParts * PartSize - ChecksumSize;

    // Deleting touches every page of a document, up to 4 MB.
    private const int DeletedAtOnce = 32;

    private readonly byte[] _nameBytes = System.Text.Encoding.UTF8.GetBytes(name);

    /// <summary>Writes or replaces a value.</summary>
    /// <param name="engine">The engine, in a transaction.</param>
    /// <param name="number">0 or more.</param>
    /// <param name="value">The value behind <see cref="ChecksumSize"/> free bytes; not to be used afterwards.</param>
    public void Write(LiteEngine engine, long number, byte[] value)
    {
        Checksum(number, value.AsSpan(ChecksumSize), value);
        int parts = Math.Max(1, (value.Length + PartSize - 1) / PartSize);
        for (int part = 0; part < parts; part++)
        {
            byte[] bytes = parts == 1 ? value : value[(part * PartSize)..Math.Min(value.Length, (part + 1) * PartSize)];
            var document = new BsonDocument { ["_id"] = (number * MaxParts) + part, ["n"] = parts, ["p"] = bytes };
            engine.Upsert(name, [document], BsonAutoId.Int64);
        }
    }

    /// <summary>Reads a value without its checksum; <see langword="null"/> when there is none.</summary>
    /// <exception cref="StorageException">It is damaged.</exception>
    public ReadOnlyMemory<byte>? TryRead(long number)
    {
        try
        {
            byte[]? value = file.Read(engine => Join(part => FindOne(engine, (number * MaxParts) + part)));
            return value is null ? (ReadOnlyMemory<byte>?)null : Check(number, value);
        }
        catch (StorageException e) when (e.Fault == StorageFault.Corrupt)
        {
            throw Damaged(number, e.Message, e);
        }
    }

    /// <summary>Finds the numbers in use from <paramref name="first"/> on, in ascending order.</summary>
    public IEnumerable<long> Numbers(long first) => Ids("$._id >= @0", first).Where(id => id % MaxParts == 0).Select(id => id / MaxParts);

    /// <summary>Deletes all values below a number, a few in each transaction.</summary>
    public void DeleteBelow(long end)
    {
        foreach (long[] ids in Ids("$._id < @0", end).Chunk(DeletedAtOnce))
        {
            file.Write(engine => engine.Delete(name, ids.Select(id => new BsonValue(id))));
        }
    }

    /// <summary>Gets the highest number in use, or 0.</summary>
    public long LastNumber() => file.Read(engine =>
    {
        var id = BsonExpression.Create("$._id");
        var query = new Query { Select = id, OrderBy = id, Order = Query.Descending, Limit = 1 };
        using IBsonDataReader reader = engine.Query(name, query);
        return reader.Read() ? reader.Current.AsDocument["_id"].AsInt64 / MaxParts : 0;
    });

    public StorageException Damaged(long number, string what, Exception? cause = null) => new(
        StorageFault.Corrupt,
        $"'{file.Path}', {name} {number}: {what} Restore the file from a backup, or move it away to sync again.",
        cause);

    private List<long> Ids(string condition, long number) => file.Read(engine =>
    {
        var id = BsonExpression.Create("$._id");
        var query = new Query { Select = id, OrderBy = id, Order = Query.Ascending };
        query.Where.Add(BsonExpression.Create(condition, number * MaxParts));
        var ids = new List<long>();
        using IBsonDataReader reader = engine.Query(name, query);
        while (reader.Read())
        {
            ids.Add(reader.Current.AsDocument["_id"].AsInt64);
        }

        return ids;
    });

    private static byte[]? Join(Func<int, BsonDocument?> find)
    {
        BsonDocument? first = find(0);
        if (first is null)
        {
            return null;
        }

        int parts = first["n"].IsInt32 ? first["n"].AsInt32 : 0;
        if (parts == 1)
        {
            return first["p"].AsBinary;
        }

        var joined = new MemoryStream();
        for (int part = 0; part < Math.Clamp(parts, 0, MaxParts); part++)
        {
            joined.Write(find(part)?["p"].AsBinary ?? []);
        }

        return joined.ToArray();
    }

    private BsonDocument? FindOne(LiteEngine engine, long id)
    {
        var query = new Query { Limit = 1 };
        query.Where.Add(BsonExpression.Create("$._id = @0", id));
        using IBsonDataReader reader = engine.Query(name, query);
        return reader.Read() ? reader.Current.AsDocument : null;
    }

    private ReadOnlyMemory<byte> Check(long number, byte[] value)
    {
        Span<byte> expected = stackalloc byte[ChecksumSize];
        if (value.Length >= ChecksumSize)
        {
            Checksum(number, value.AsSpan(ChecksumSize), expected);
        }

        return value.Length >= ChecksumSize && value.AsSpan(0, ChecksumSize).SequenceEqual(expected)
            ? value.AsMemory(ChecksumSize)
            : throw new StorageException(StorageFault.Corrupt, "The bytes are not those that were written.");
    }

    private void Checksum(long number, ReadOnlySpan<byte> content, Span<byte> destination)
    {
        Span<byte> numberBytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(numberBytes, number);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_nameBytes);
        hash.AppendData(numberBytes);
        hash.AppendData(content);
        hash.GetHashAndReset(destination);
    }
}
