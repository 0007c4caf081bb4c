using System.Globalization;
using MedChain.Core.Blocks;
using MedChain.Core.Cryptography;
using MedChain.Core.Keys;

namespace MedChain.Core.Nodes;

/// <summary>The three keys of one validator, one for each role.</summary>
internal sealed class ValidatorKeys : IDisposable
{
    private readonly HolderKeys _consensus;
    private readonly HolderKeys _operation;

    private ValidatorKeys(HolderKeys consensus, HolderKeys operation)
    {
        _consensus = consensus;
        _operation = operation;
    }

    public SigningKey Voting => _consensus.Signing;

    public DecryptionKey Custody => _consensus.Agreement;

    public SigningKey Operator => _operation.Signing;

    public static ValidatorKeys Load(IKeyStore store, string chain, int number)
    {
        string name = number.ToString(CultureInfo.InvariantCulture);
        return new ValidatorKeys(store.GetOrCreate(chain, "validator/" + name), store.GetOrCreate(chain, "operator/" + name));
    }

    public Validator ToValidator() => new(Voting.PublicKey, Custody.PublicKey, Operator.PublicKey);

    public void Dispose()
    {
        _consensus.Dispose();
        _operation.Dispose();
    }
}
