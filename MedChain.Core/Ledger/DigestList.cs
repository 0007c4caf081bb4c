using System.Collections.Immutable;
using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger;

/// <summary>Digests that are hashed together.</summary>
internal readonly record struct DigestList(ImmutableArray<Digest> Digests) : ICanonical<DigestList>
{
    private const int MaxCount = 1 << 20;

    void ICanonical<DigestList>.Write(ref CanonicalWriter writer) => writer.WriteDigests(Digests);

    static DigestList ICanonical<DigestList>.Read(ref CanonicalReader reader) => new(reader.ReadDigests(MaxCount));
}
