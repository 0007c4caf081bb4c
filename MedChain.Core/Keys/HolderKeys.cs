using MedChain.Core.Cryptography;

namespace MedChain.Core.Keys;

/// <summary>The private keys of one holder on one chain. Thread safe.</summary>
public sealed class HolderKeys : IDisposable
{
    /// <summary>Initializes the pair.</summary>
    /// <param name="signing">Key of transactions or votes.</param>
    /// <param name="agreement">Key to which secrets are sealed.</param>
    /// <exception cref="ArgumentNullException">A key is missing.</exception>
    public HolderKeys(SigningKey signing, DecryptionKey agreement)
    {
        ArgumentNullException.ThrowIfNull(signing);
        ArgumentNullException.ThrowIfNull(agreement);
        Signing = signing;
        Agreement = agreement;
    }

    /// <summary>Gets the key of transactions or votes.</summary>
    public SigningKey Signing { get; }

    /// <summary>Gets the key to which secrets are sealed.</summary>
    public DecryptionKey Agreement { get; }

    /// <summary>Makes new keys from the operating system's randomness.</summary>
    /// <returns>The keys.</returns>
    public static HolderKeys Create() => new(SigningKey.Create(), DecryptionKey.Create());

    /// <inheritdoc/>
    public void Dispose()
    {
        Signing.Dispose();
        Agreement.Dispose();
    }
}
