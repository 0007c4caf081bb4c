using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Consensus.Messages;

/// <summary>"In this view I sent a Prepare for this value."</summary>
internal sealed record AcceptedClaim(ViewNumber View, Digest Value) : ICanonical<AcceptedClaim>
{
    void ICanonical<AcceptedClaim>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(2);
        writer.Write(View);
        writer.Write(Value);
    }

    static AcceptedClaim ICanonical<AcceptedClaim>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(2);
        return new AcceptedClaim(reader.ReadView(), reader.ReadDigest());
    }
}
