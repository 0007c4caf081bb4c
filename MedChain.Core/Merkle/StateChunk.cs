using MedChain.Core.Encoding;

namespace MedChain.Core.Merkle;

/// <summary>The entries of one subtree, in order of key.</summary>
internal readonly record struct StateChunk(IReadOnlyList<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> Entries)
    : ICanonical<StateChunk>
{
    /// <summary>Most bytes of one value.</summary>
    public const int MaxValueBytes = 8 * 1024 * 1024;

    private const int MaxEntries = 1024 * 1024;

    void ICanonical<StateChunk>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(Entries.Count);
        foreach ((ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) in Entries)
        {
            writer.BeginArray(2);
            writer.Write(key.Span);
            writer.Write(value.Span);
        }
    }

    static StateChunk ICanonical<StateChunk>.Read(ref CanonicalReader reader)
    {
        int count = reader.ReadArrayCount(MaxEntries);
        var entries = new List<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>>();
        for (int i = 0; i < count; i++)
        {
            reader.BeginArray(2);
            entries.Add(new(reader.ReadBytes(TreeKey.MaxSize), reader.ReadBytes(MaxValueBytes)));
        }

        return new StateChunk(entries);
    }
}
