using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Nodes;

/// <summary>Which validators of this process use a blob store together: none of them may erase what another has yet to read. Thread
/// safe.</summary>
internal sealed class BlobUsers
{
    private readonly Lock _lock = new();
    private readonly List<LedgerValidator> _validators = [];

    public void Add(LedgerValidator validator)
    {
        lock (_lock)
        {
            _validators.Add(validator);
        }
    }

    public void Remove(LedgerValidator validator)
    {
        lock (_lock)
        {
            _validators.Remove(validator);
        }
    }

    /// <summary>Up to which block no running validator that uses a store will execute again, also after a crash. One that has stopped does
    /// not count: it would hold up every erasure.</summary>
    public BlockHeight LeastStored(IBlobStore store)
    {
        lock (_lock)
        {
            return new BlockHeight(_validators
                .Where(v => ReferenceEquals(v.Blobs, store) && v.IsRunning)
                .Select(v => v.StoredState.Value)
                .DefaultIfEmpty(long.MaxValue)
                .Min());
        }
    }
}
