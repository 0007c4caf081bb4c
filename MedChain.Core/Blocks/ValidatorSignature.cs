using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Blocks;

/// <summary>One validator's signature inside a certificate.</summary>
/// <param name="Validator">Index in the validator set.</param>
/// <param name="Signature">Its signature over the certificate's statement.</param>
public readonly record struct ValidatorSignature(int Validator, Signature Signature) : ICanonical<ValidatorSignature>
{
    void ICanonical<ValidatorSignature>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write((long)Validator);
        writer.Write(Signature);
    }

    static ValidatorSignature ICanonical<ValidatorSignature>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new ValidatorSignature(reader.ReadInt32(0, ValidatorSet.MaxCount - 1), reader.ReadSignature());
    }
}
