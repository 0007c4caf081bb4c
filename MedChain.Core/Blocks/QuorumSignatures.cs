using System.Collections.Immutable;
using MedChain.Core.Encoding;

namespace MedChain.Core.Blocks;

/// <summary>Signatures of different validators over one statement, in ascending order of validator.</summary>
internal static class QuorumSignatures
{
    /// <summary>Says whether at least <paramref name="needed"/> different validators signed the statement, and nobody's signature is
    /// wrong.</summary>
    public static bool Verify(
        ImmutableArray<ValidatorSignature> signatures, ReadOnlySpan<byte> statement, ValidatorSet validators, int needed)
    {
        if (signatures.IsDefault || signatures.Length < needed || signatures.Length > validators.Count)
        {
            return false;
        }

        int last = -1;
        foreach (ValidatorSignature signature in signatures)
        {
            if (signature.Validator <= last || !validators.Verify(signature.Validator, statement, signature.Signature))
            {
                return false;
            }

            last = signature.Validator;
        }

        return true;
    }

    public static void Write(ref CanonicalWriter writer, ImmutableArray<ValidatorSignature> signatures) => writer.WriteList(signatures);

    public static ImmutableArray<ValidatorSignature> Read(ref CanonicalReader reader) =>
        [.. reader.ReadList<ValidatorSignature>(ValidatorSet.MaxCount)];
}
