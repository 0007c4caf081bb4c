using MedChain.Core.Encoding;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>A grant's Cedar text, an erasable attachment.</summary>
/// <param name="Text">The policies, at most <see cref="MaxBytes"/> of UTF-8.</param>
internal sealed record PolicyDocument(string Text) : ICanonical<PolicyDocument>
{
    public const int MaxBytes = 64 * 1024;

    void ICanonical<PolicyDocument>.Write(ref CanonicalWriter writer)
    {
        writer.BeginArray(1);
        writer.Write(Text);
    }

    static PolicyDocument ICanonical<PolicyDocument>.Read(ref CanonicalReader reader)
    {
        reader.BeginArray(1);
        return new PolicyDocument(reader.ReadString(MaxBytes));
    }
}
