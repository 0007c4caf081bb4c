using MedChain.Core.Encoding;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>A record that a decision opens, with all commitments that its reader checks the data against.</summary>
internal sealed record PermittedRecord(Digest Record, Digest ContentRoot, Digest Manifest, Digest KeyHeader) : ICanonical<PermittedRecord>
{
    void ICanonical<PermittedRecord>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(4);
        writer.Write(Record);
        writer.Write(ContentRoot);
        writer.Write(Manifest);
        writer.Write(KeyHeader);
    }

    static PermittedRecord ICanonical<PermittedRecord>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(4);
        return new PermittedRecord(reader.ReadDigest(), reader.ReadDigest(), reader.ReadDigest(), reader.ReadDigest());
    }
}
