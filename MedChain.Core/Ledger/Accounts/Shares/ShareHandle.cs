using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts.Shares;

/// <summary>Names a share that a custodian keeps, without telling anything about it: the hash of a random secret that lies with the share
/// and goes with it. Who shows the secret after the custodian has signed its destruction proves that it lied.</summary>
internal static class ShareHandle
{
    /// <summary>The handle that belongs to a secret.</summary>
    /// <param name="chain">The account chain.</param>
    /// <param name="keyHeader">The key header of which the share is one.</param>
    /// <param name="secret">32 random bytes that the custodian alone knows.</param>
    public static Digest Of(ChainId chain, Digest keyHeader, Digest secret) =>
        Canonical.Hash("medchain/share-handle/v1", new DigestList([chain.Value, keyHeader, secret]));
}
