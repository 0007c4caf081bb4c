using MedChain.Core.Storage;

namespace MedChain.Core.Keys;

/// <summary>Where a host keeps the private keys of the holders it acts for: validators, and the patients, practitioners and researchers
/// whose devices it stands for. Replace it by a key vault in production. Thread safe.</summary>
public interface IKeyStore
{
    /// <summary>Reads the keys of a holder, or makes and stores new ones.</summary>
    /// <param name="chain">The chain's name, 1 to 128 characters.</param>
    /// <param name="holder">The holder's name for the host; never on a chain. 1 to 128 characters.</param>
    /// <returns>The keys; the caller disposes them.</returns>
    /// <exception cref="StorageException">They cannot be read or written, or are damaged.</exception>
    HolderKeys GetOrCreate(string chain, string holder);

    /// <summary>Reads the keys of a holder.</summary>
    /// <param name="chain">The chain's name.</param>
    /// <param name="holder">The holder's name.</param>
    /// <returns>The keys, which the caller disposes; <see langword="null"/> when there are none.</returns>
    /// <exception cref="StorageException">They cannot be read, or are damaged.</exception>
    HolderKeys? TryGet(string chain, string holder);

    /// <summary>Lists the holders with keys for a chain, in ordinal order.</summary>
    /// <param name="chain">The chain's name.</param>
    /// <returns>Their names.</returns>
    /// <exception cref="StorageException">The store cannot be read.</exception>
    IReadOnlyList<string> Holders(string chain);
}
