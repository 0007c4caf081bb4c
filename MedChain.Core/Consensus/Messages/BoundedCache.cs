using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>Values by digest, of which the oldest are forgotten first. Bounded by number and by weight. Thread safe.</summary>
internal sealed class BoundedCache<T>(int maxCount, long maxWeight)
    where T : class
{
    private readonly Lock _access = new();
    private readonly Dictionary<Digest, T> _values = [];
    private readonly Queue<(Digest Key, long Weight)> _order = new();
    private long _weight;

    public int Count
    {
        get
        {
            lock (_access)
            {
                return _values.Count;
            }
        }
    }

    public T? Find(Digest key)
    {
        lock (_access)
        {
            return _values.GetValueOrDefault(key);
        }
    }

    /// <summary>Adds a value, unless the key has one.</summary>
    /// <returns>The value that the key has now.</returns>
    public T GetOrAdd(Digest key, T value, long weight)
    {
        lock (_access)
        {
            if (!_values.TryAdd(key, value))
            {
                return _values[key];
            }

            _order.Enqueue((key, weight));
            _weight += weight;
            while (_values.Count > maxCount || (_weight > maxWeight && _values.Count > 1))
            {
                (Digest oldest, long freed) = _order.Dequeue();
                _values.Remove(oldest);
                _weight -= freed;
            }

            return value;
        }
    }
}
