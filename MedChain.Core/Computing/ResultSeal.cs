using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Computations;
using MedChain.Core.Cryptography;
using MedChain.Core.Encoding;
using MedChain.Core.Ledger;
using MedChain.Core.Primitives;

namespace MedChain.Core.Computing;

/// <summary>A result on its way to the researcher: sealed to her key, bound to chain and task, and checked against the agreed
/// commitment.</summary>
internal static class ResultSeal
{
    /// <summary>The HPKE info.</summary>
    public static byte[] Binding(ChainId chain, Digest task) =>
        Canonical.EncodeTagged("medchain/result/v1", new DigestList([chain.Value, task]));

    /// <summary>Seals a result. All executors get the same bytes, so that the one that hands it over cannot hand over anything else: the
    /// ephemeral key follows from the result's secret salt, from the result and from whom it is for, so it is never used for two
    /// messages.</summary>
    public static Attachment Seal(AgreementKey researcher, ChainId chain, Digest task, Attachment result)
    {
        var salt = new Digest(result.Salt.Span);
        byte[] binding = Binding(chain, task);
        Digest seed = Canonical.Hash(
            "medchain/result-ephemeral/v1",
            new DigestList([salt, result.Commitment, Digest.Of(binding), Digest.Of(researcher.ToArray())]));
        using var ephemeral = DecryptionKey.FromSeed(seed.ToArray());
        return new Attachment(
            Canonical.Hash("medchain/sealed-salt/v1", new DigestList([salt, result.Commitment])).ToArray(),
            Hpke.Seal(ephemeral, researcher, binding, [], result.Bytes.Span));
    }

    /// <summary>Opens a sealed result.</summary>
    /// <returns><see langword="false"/> when it is not for this key and task, or not what the executors agreed on.</returns>
    public static bool TryOpen(
        DecryptionKey key,
        ChainId chain,
        Digest task,
        ReadOnlySpan<byte> sealedResult,
        Digest commitment,
        [NotNullWhen(true)] out ComputationResult? result)
    {
        result = null;
        return Hpke.TryOpen(key, Binding(chain, task), [], sealedResult, out byte[]? bytes)
            && Digest.Of(bytes) == commitment
            && Canonical.TryDecode(bytes, out Attachment? attachment, out _)
            && Canonical.TryDecode(attachment.Content, out result, out _);
    }
}
