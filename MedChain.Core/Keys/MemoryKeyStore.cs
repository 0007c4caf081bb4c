namespace MedChain.Core.Keys;

/// <summary>Keys that live as long as the process. For tests and for networks kept in memory.</summary>
public sealed class MemoryKeyStore : IKeyStore, IDisposable
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Chain, string Holder), StoredKeys> _keys = [];

    /// <inheritdoc/>
    public HolderKeys GetOrCreate(string chain, string holder)
    {
        StoredKeys.CheckNames(chain, holder);
        lock (_lock)
        {
            if (TryGet(chain, holder) is { } known)
            {
                return known;
            }

            HolderKeys created = HolderKeys.Create();
            _keys.Add((chain, holder), StoredKeys.Of(chain, holder, created));
            return created;
        }
    }

    /// <inheritdoc/>
    public HolderKeys? TryGet(string chain, string holder)
    {
        StoredKeys.CheckNames(chain, holder);
        lock (_lock)
        {
            return _keys.TryGetValue((chain, holder), out StoredKeys? stored) ? stored.ToKeys() : null;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Holders(string chain)
    {
        lock (_lock)
        {
            return [.. _keys.Keys.Where(k => k.Chain == chain).Select(k => k.Holder).Order(StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (StoredKeys stored in _keys.Values)
            {
                stored.Dispose();
            }

            _keys.Clear();
        }
    }
}
