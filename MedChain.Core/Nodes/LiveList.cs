using System.Collections;
using System.Collections.Immutable;

namespace MedChain.Core.Nodes;

/// <summary>A list that changes while others hold it: whoever enumerates it sees it as it was when the enumeration began. Thread
/// safe.</summary>
internal sealed class LiveList<T> : IReadOnlyList<T>
{
    private ImmutableArray<T> _items;

    public LiveList(IEnumerable<T>? items = null) => _items = [.. items ?? []];

    public int Count => _items.Length;

    public T this[int index] => _items[index];

    public void Add(T item) => ImmutableInterlocked.Update(ref _items, (items, added) => items.Add(added), item);

    public void Remove(T item) => ImmutableInterlocked.Update(ref _items, (items, removed) => items.Remove(removed), item);

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
