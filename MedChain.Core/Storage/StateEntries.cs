namespace MedChain.Core.Storage;

/// <summary>The live keys of a state, compared by their bytes. Not thread safe.</summary>
internal sealed class StateEntries
{
    private readonly Dictionary<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> _entries = new(ByteComparer.Instance);

    /// <summary>Sets a key, or removes it when there is no value. The buffers must not change afterwards.</summary>
    public void Set(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value)
    {
        if (value is { } present)
        {
            _entries[key] = present;
        }
        else
        {
            _entries.Remove(key);
        }
    }

    public List<KeyValuePair<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>> ToList() => [.. _entries];
}
