using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Merkle;

/// <summary>One branch on the way from the root to a leaf.</summary>
/// <param name="Bit">The bit in which the branch's two sides differ, 0 to 2303: nine for each byte of the key, first a 1 that says that
/// the byte exists, then the byte's own, most significant first.</param>
/// <param name="Sibling">Hash of the side that the way leaves out.</param>
public readonly record struct StateProofStep(int Bit, Digest Sibling) : ICanonical<StateProofStep>
{
    void ICanonical<StateProofStep>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write((long)Bit);
        writer.Write(Sibling);
    }

    static StateProofStep ICanonical<StateProofStep>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new StateProofStep(reader.ReadInt32(0, TreeKey.MaxBits - 1), reader.ReadDigest());
    }
}
