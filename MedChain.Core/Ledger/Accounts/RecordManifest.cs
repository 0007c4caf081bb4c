using MedChain.Core.Encoding;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>What a record is and where its ciphertext is, an erasable attachment.</summary>
/// <param name="Mark">The record it belongs to (<see cref="RecordEntry.Mark"/>).</param>
/// <param name="Description">What policies see of it.</param>
/// <param name="Content">Where its chunks are.</param>
internal sealed record RecordManifest(Digest Mark, RecordDescription Description, ContentIndex Content) : ICanonical<RecordManifest>
{
    /// <summary>What is wrong with it whatever the state; <see langword="null"/> for nothing.</summary>
    public string? Problem() => Description.Problem() ?? Content.Problem();

    void ICanonical<RecordManifest>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(3);
        writer.Write(Mark);
        writer.Write(Description);
        writer.Write(Content);
    }

    static RecordManifest ICanonical<RecordManifest>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(3);
        return new RecordManifest(reader.ReadDigest(), reader.Read<RecordDescription>(), reader.Read<ContentIndex>());
    }
}
