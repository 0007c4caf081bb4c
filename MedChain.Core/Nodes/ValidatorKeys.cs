using System.Globalization;
using System.Security.Cryptography;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Keys;

namespace MedChain.Core.Nodes;

/// <summary>The keys of one validator, one for each role.</summary>
internal sealed class ValidatorKeys : IDisposable
{
    private readonly HolderKeys _consensus;
    private readonly HolderKeys _operation;

    private ValidatorKeys(HolderKeys consensus, HolderKeys operation, HybridDecryptionKey? hybrid)
    {
        _consensus = consensus;
        _operation = operation;
        HybridCustody = hybrid;
    }

    public SigningKey Voting => _consensus.Signing;

    public DecryptionKey Custody => _consensus.Agreement;

    public SigningKey Operator => _operation.Signing;

    public HybridDecryptionKey? HybridCustody { get; }

    public static ValidatorKeys Load(IKeyStore store, string chain, int number, bool withHybrid = false)
    {
        string name = number.ToString(CultureInfo.InvariantCulture);
        return new ValidatorKeys(
            store.GetOrCreate(chain, "validator/" + name),
            store.GetOrCreate(chain, "operator/" + name),
            withHybrid ? LoadHybrid(store, chain, name) : null);
    }

    public Validator ToValidator() => new(Voting.PublicKey, Custody.PublicKey, Operator.PublicKey, HybridCustody?.PublicKey);

    public void Dispose()
    {
        _consensus.Dispose();
        _operation.Dispose();
        HybridCustody?.Dispose();
    }

    /// <summary>Key stores keep seeds of 32 bytes. This one serves as the X-Wing key alone: its X25519 key is shown to nobody, for who
    /// broke that would have the seed.</summary>
    private static HybridDecryptionKey LoadHybrid(IKeyStore store, string chain, string name)
    {
        using HolderKeys keys = store.GetOrCreate(chain, "custody-hybrid/" + name);
        byte[] seed = keys.Agreement.ExportSeed();
        try
        {
            return HybridDecryptionKey.FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
