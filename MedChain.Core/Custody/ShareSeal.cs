using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Custody;

/// <summary>What a sealed share is bound to (the HPKE info): a share sealed for one purpose opens for no other.</summary>
internal static class ShareSeal
{
    /// <summary>A share that a record's owner seals to a validator.</summary>
    public static byte[] Deposit(ChainId chain, Digest record, int validator) =>
        Canonical.EncodeTagged("medchain/share-deposit/v1", new Binding(chain, record, validator));

    /// <summary>The shares that a validator seals to the recipient of a committed permit.</summary>
    /// <param name="chain">The account chain.</param>
    /// <param name="permit">The access request or task that was permitted.</param>
    /// <param name="validator">The validator's index.</param>
    public static byte[] Release(ChainId chain, Digest permit, int validator) =>
        Canonical.EncodeTagged("medchain/share-release/v1", new Binding(chain, permit, validator));

    private readonly record struct Binding(ChainId Chain, Digest Subject, int Validator) : ICanonical<Binding>
    {
        void ICanonical<Binding>.Write(ref CanonicalWriter writer)
        {
            writer.BeginArray(3);
            writer.Write(Chain);
            writer.Write(Subject);
            writer.Write((long)Validator);
        }

        static Binding ICanonical<Binding>.Read(ref CanonicalReader reader)
        {
            reader.BeginArray(3);
            return new Binding(reader.ReadChainId(), reader.ReadDigest(), reader.ReadInt32(0, int.MaxValue));
        }
    }
}
