using System.Collections.Concurrent;
using MedChain.Core.Consensus.Messages;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus;

/// <summary>Signatures already found good, or made here, so that a vote seen alone costs nothing when it comes again inside a certificate.
/// Thread safe, bounded.</summary>
/// <remarks>Validators of one process may share one: the process is then one trust domain. A signature from outside is verified once in it,
/// one made by a validator of the process never, and what follows from a batch's bytes is computed once. Give each validator its own
/// where they must not trust one another, and say in every measurement which of the two it was.</remarks>
public sealed class SignatureCache
{
    private const int Generation = 32_768;
    private readonly Lock _turn = new();
    private ConcurrentDictionary<Digest, byte> _young = new();
    private ConcurrentDictionary<Digest, byte> _old = new();

    /// <summary>Gets batches that were decoded already, which the same validators share.</summary>
    internal SharedBatches Batches { get; } = new();

    internal static Digest Key(PublicKey key, ReadOnlySpan<byte> statement, Signature signature)
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Size + Signature.Size + Digest.Size];
        key.CopyTo(bytes);
        signature.CopyTo(bytes[PublicKey.Size..]);
        Digest.Of(statement).CopyTo(bytes[(PublicKey.Size + Signature.Size)..]);
        return Digest.Of(bytes);
    }

    internal bool Contains(Digest key) => _young.ContainsKey(key) || _old.ContainsKey(key);

    internal void Add(Digest key)
    {
        _young[key] = 0;
        if (_young.Count <= Generation)
        {
            return;
        }

        lock (_turn)
        {
            if (_young.Count > Generation)
            {
                _old = _young;
                _young = new ConcurrentDictionary<Digest, byte>();
            }
        }
    }
}
