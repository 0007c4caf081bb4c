using System.Runtime.InteropServices;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Engine;

/// <summary>How much each client has waiting, so that one cannot take all the room. Holds only clients that have something waiting. Not
/// thread safe.</summary>
internal sealed class ClientShares(CbftLimits limits)
{
    private readonly Dictionary<Digest, (int Count, long Bytes)> _shares = [];

    public int Count => _shares.Count;

    public bool HasRoom(Digest client, int bytes)
    {
        (int count, long waiting) = _shares.GetValueOrDefault(client);
        return count < limits.MaxClientTransactions && waiting + bytes <= limits.MaxClientBytes;
    }

    public void Add(Digest client, int bytes)
    {
        ref (int Count, long Bytes) share = ref CollectionsMarshal.GetValueRefOrAddDefault(_shares, client, out _);
        share = (share.Count + 1, share.Bytes + bytes);
    }

    public void Remove(Digest client, int bytes)
    {
        (int count, long waiting) = _shares[client];
        if (count == 1)
        {
            _shares.Remove(client);
        }
        else
        {
            _shares[client] = (count - 1, waiting - bytes);
        }
    }
}
