using System.Buffers.Binary;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus;

/// <summary>Which validator orders a client's transactions when all is well: with one home for each client, a transaction that several
/// validators hold is ordered once.</summary>
internal static class HomeLane
{
    /// <summary>The index of a client's home.</summary>
    /// <param name="client">The client, as the state machine names it.</param>
    /// <param name="validators">How many validators there are, at least 1.</param>
    public static int Of(Digest client, int validators)
    {
        Span<byte> name = stackalloc byte[Digest.Size];
        client.CopyTo(name);
        Digest.Of(name).CopyTo(name);
        return (int)(BinaryPrimitives.ReadUInt64BigEndian(name) % (ulong)validators);
    }
}
